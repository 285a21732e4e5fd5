import { and, asc, eq } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import { type Amount, amountText, parseAmount } from '../../domain/money.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import { type Ruling, rulingAt, rulingsOf } from '../../domain/timeline.ts';
import type { Change } from '../accounts/account-settings.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { licenseAllocations } from '../schema/licenses.ts';

/** The part of a license a team may use, in the license's unit. */
export interface LicenseAllocation {
  teamId: string;
  quantity: DecimalText;
}

/** One writing of a part; without a quantity it is taken back. */
export interface AllocationWriting extends Change {
  teamId: string;
  version: number;
  quantity: DecimalText | null;
  changedAt: Date;
}

/** A license and how much there is of it. */
interface Allocatable {
  id: string;
  quantity: DecimalText;
}

/** What came of a write; `left` is what the other teams leave, where they leave least. */
export type PutAllocation =
  | { allocation: LicenseAllocation; created: boolean; effectiveFrom: Date; left: DecimalText }
  | { refused: 'exceeds'; left: DecimalText };

/** What each team's part is when; `null`: none. */
type Allocations = Map<string, Ruling<DecimalText | null>[]>;

/**
 * Gives the team its part in place of what it had, from the change's instant on, by default now; unless the parts would at
 * some time exceed the license. In a SERIALIZABLE transaction in which the license was read. A team that is not one of the
 * account violates `license_allocations_team`.
 */
export async function putAllocation(
  tx: Queries,
  accountId: string,
  license: Allocatable,
  { teamId, quantity }: LicenseAllocation,
  now: Date,
  change: Partial<Change> = {},
): Promise<PutAllocation> {
  const writings = await allocationHistory(tx, accountId, license.id);
  const effectiveFrom = change.effectiveFrom ?? now;
  const at = microsOf(effectiveFrom);
  const before = allocationsOf(writings);
  const had = rulingAt(before.get(teamId) ?? [], at);
  const until = before.get(teamId)?.find(({ from }) => from > at)?.from ?? Number.POSITIVE_INFINITY;
  before.delete(teamId);
  const left = parseAmount(license.quantity) - mostOf(before, at, until);
  if (parseAmount(quantity) > left) return { refused: 'exceeds', left: amountText(left) };
  if (had?.value !== quantity) {
    await write(tx, accountId, license.id, teamId, quantity, writings, { ...change, effectiveFrom }, now);
  }
  return { allocation: { teamId, quantity }, created: had?.value == null, effectiveFrom, left: amountText(left) };
}

/** One page of a license's parts by team, as they are at an instant. */
export async function listAllocations(
  queries: Queries,
  accountId: string,
  licenseId: string,
  at: Date,
  page: { after: string | null; limit: number },
): Promise<LicenseAllocation[]> {
  const allocations = allocationsOf(await allocationHistory(queries, accountId, licenseId));
  const standing = [...allocations].flatMap(([teamId, rulings]) => {
    const quantity = rulingAt(rulings, microsOf(at))?.value ?? null;
    return quantity === null ? [] : [{ teamId, quantity }];
  });
  return standing
    .filter(({ teamId }) => page.after === null || teamId > page.after)
    .sort((a, b) => (a.teamId < b.teamId ? -1 : 1))
    .slice(0, page.limit);
}

/** Takes the team's part back, from now on. `false` when it has none. In a SERIALIZABLE transaction. */
export async function deleteAllocation(
  tx: Queries,
  accountId: string,
  licenseId: string,
  teamId: string,
  now: Date,
  changedBy: string | null = null,
): Promise<boolean> {
  const writings = await allocationHistory(tx, accountId, licenseId);
  const has = rulingAt(allocationsOf(writings).get(teamId) ?? [], microsOf(now));
  if (has?.value == null) return false;
  await write(tx, accountId, licenseId, teamId, null, writings, { effectiveFrom: now, changedBy }, now);
  return true;
}

/** The most that teams have of a license at any time from an instant on (`null`: the beginning), and whether it is as much. */
export async function mostAllocated(
  queries: Queries,
  accountId: string,
  license: Allocatable,
  from: Date | null,
): Promise<{ allocated: DecimalText; fits: boolean }> {
  const at = from === null ? Number.NEGATIVE_INFINITY : microsOf(from);
  const allocations = allocationsOf(await allocationHistory(queries, accountId, license.id));
  const most = mostOf(allocations, at, Number.POSITIVE_INFINITY);
  return { allocated: amountText(most), fits: most === 0n || most <= parseAmount(license.quantity) };
}

/** Every writing of a license's parts, in the order they were written. */
export async function allocationHistory(
  queries: Queries,
  accountId: string,
  licenseId: string,
): Promise<AllocationWriting[]> {
  return queries
    .select({
      teamId: licenseAllocations.teamId,
      version: licenseAllocations.version,
      quantity: licenseAllocations.quantity,
      effectiveFrom: licenseAllocations.effectiveFrom,
      changedAt: licenseAllocations.changedAt,
      changedBy: licenseAllocations.changedBy,
      reason: licenseAllocations.reason,
    })
    .from(licenseAllocations)
    .where(and(eq(licenseAllocations.accountId, accountId), eq(licenseAllocations.licenseId, licenseId)))
    .orderBy(asc(licenseAllocations.changedAt), asc(licenseAllocations.teamId), asc(licenseAllocations.version));
}

async function write(
  tx: Queries,
  accountId: string,
  licenseId: string,
  teamId: string,
  quantity: DecimalText | null,
  before: readonly AllocationWriting[],
  { effectiveFrom, changedBy = null, reason = null }: Partial<Change> & { effectiveFrom: Date },
  now: Date,
): Promise<void> {
  const version = before.reduce((last, each) => (each.teamId === teamId ? Math.max(last, each.version) : last), 0) + 1;
  const [row] = await tx
    .insert(licenseAllocations)
    .values({ accountId, licenseId, teamId, version, quantity, effectiveFrom, changedAt: now, changedBy, reason })
    // As for rate cards: 40001 in a SERIALIZABLE transaction, not a unique violation.
    .onConflictDoNothing()
    .returning({ version: licenseAllocations.version });
  if (!row) throw new ContentionError(1, { cause: new Error(`allocations of license ${licenseId}`) });
}

function allocationsOf(writings: readonly AllocationWriting[]): Allocations {
  const teams = new Set(writings.map(({ teamId }) => teamId));
  return new Map(
    [...teams].map((team) => {
      const own = writings.filter(({ teamId }) => teamId === team);
      const timed = own.map(({ version, quantity, effectiveFrom }) => {
        return { version, value: quantity, effectiveFrom: effectiveFrom && microsOf(effectiveFrom) };
      });
      return [team, rulingsOf(timed)];
    }),
  );
}

/** The most the parts come to at any time in `[from, to)`. */
function mostOf(allocations: Allocations, from: number, to: number): Amount {
  const changes = [...allocations.values()].flat().map((ruling) => ruling.from);
  let most = 0n;
  for (const at of [from, ...changes.filter((change) => change > from && change < to)]) {
    let sum = 0n;
    for (const rulings of allocations.values()) sum += parseAmount(rulingAt(rulings, at)?.value ?? '0');
    if (sum > most) most = sum;
  }
  return most;
}
