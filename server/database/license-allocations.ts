import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { DecimalText } from '../domain/price.ts';
import type { Queries } from './connect.ts';
import { licenseAllocations } from './schema/licenses.ts';

/** The part of a license a team may use, in the license's unit. */
export interface LicenseAllocation {
  teamId: string;
  quantity: DecimalText;
}

/** A license and how much there is of it. */
interface Allocatable {
  id: string;
  quantity: DecimalText;
}

/** What came of a write; `left` is what the other teams leave. */
export type PutAllocation =
  | { allocation: LicenseAllocation; created: boolean; left: DecimalText }
  | { refused: 'exceeds'; left: DecimalText };

const ALLOCATION = { teamId: licenseAllocations.teamId, quantity: licenseAllocations.quantity };

/**
 * Gives the team its part in place of what it had, unless the parts would exceed the license. In a SERIALIZABLE
 * transaction in which the license was read. A team that is not one of the account violates `license_allocations_team`.
 */
export async function putAllocation(
  tx: Queries,
  accountId: string,
  license: Allocatable,
  { teamId, quantity }: LicenseAllocation,
  now: Date,
): Promise<PutAllocation> {
  const others = and(ofLicense(accountId, license.id), ne(licenseAllocations.teamId, teamId));
  const [sum] = await tx
    .select({
      left: sql<DecimalText>`${license.quantity}::numeric - coalesce(sum(${licenseAllocations.quantity}), 0)`,
      fits: sql<boolean>`coalesce(sum(${licenseAllocations.quantity}), 0) + ${quantity}::numeric <= ${license.quantity}::numeric`,
    })
    .from(licenseAllocations)
    .where(others);
  if (!sum) throw new Error('a sum returned no row');
  if (!sum.fits) return { refused: 'exceeds', left: sum.left };

  const [before] = await tx
    .select(ALLOCATION)
    .from(licenseAllocations)
    .where(and(ofLicense(accountId, license.id), eq(licenseAllocations.teamId, teamId)));
  await tx
    .insert(licenseAllocations)
    .values({ accountId, licenseId: license.id, teamId, quantity, updatedAt: now })
    .onConflictDoUpdate({
      target: [licenseAllocations.accountId, licenseAllocations.licenseId, licenseAllocations.teamId],
      set: { quantity, updatedAt: now },
    });
  return { allocation: { teamId, quantity }, created: before === undefined, left: sum.left };
}

/** One page of a license's parts by team. */
export async function listAllocations(
  queries: Queries,
  accountId: string,
  licenseId: string,
  page: { after: string | null; limit: number },
): Promise<LicenseAllocation[]> {
  return queries
    .select(ALLOCATION)
    .from(licenseAllocations)
    .where(
      and(ofLicense(accountId, licenseId), page.after === null ? undefined : gt(licenseAllocations.teamId, page.after)),
    )
    .orderBy(asc(licenseAllocations.teamId))
    .limit(page.limit);
}

/** Takes the team's part back. `false` when it had none. */
export async function deleteAllocation(
  queries: Queries,
  accountId: string,
  licenseId: string,
  teamId: string,
): Promise<boolean> {
  const deleted = await queries
    .delete(licenseAllocations)
    .where(and(ofLicense(accountId, licenseId), eq(licenseAllocations.teamId, teamId)))
    .returning({ teamId: licenseAllocations.teamId });
  return deleted.length === 1;
}

/** How much of a license its teams have, and whether that much fits in a quantity. */
export async function allocatedOf(
  queries: Queries,
  accountId: string,
  license: Allocatable,
): Promise<{ allocated: DecimalText; fits: boolean }> {
  const [sum] = await queries
    .select({
      allocated: sql<DecimalText>`coalesce(sum(${licenseAllocations.quantity}), 0)`,
      fits: sql<boolean>`coalesce(sum(${licenseAllocations.quantity}), 0) <= ${license.quantity}::numeric`,
    })
    .from(licenseAllocations)
    .where(ofLicense(accountId, license.id));
  if (!sum) throw new Error('a sum returned no row');
  return sum;
}

function ofLicense(accountId: string, licenseId: string) {
  return and(eq(licenseAllocations.accountId, accountId), eq(licenseAllocations.licenseId, licenseId));
}
