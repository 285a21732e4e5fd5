import { and, asc, desc, eq, gt, inArray, lte, or } from 'drizzle-orm';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { DecimalText, License } from '../domain/price.ts';
import type { Queries } from './connect.ts';
import { ContentionError } from './errors.ts';
import { allocatedOf } from './license-allocations.ts';
import { licenseVersions } from './schema/licenses.ts';

/** What an operator says a license is; its version comes by itself. */
export interface LicenseDefinition extends Omit<License, 'version' | 'from' | 'to'> {
  from: Date;
  to: Date;
}

/** What came of a write. */
export type PutLicense =
  /** `change` is `none` when the newest version said the same already. */
  | { license: License; change: 'created' | 'changed' | 'none' }
  | { refused: 'overlaps'; other: License }
  | { refused: 'allocated'; allocated: DecimalText };

const LICENSE = {
  id: licenseVersions.id,
  version: licenseVersions.version,
  product: licenseVersions.product,
  quantity: licenseVersions.quantity,
  unit: licenseVersions.unit,
  measure: licenseVersions.measure,
  weights: licenseVersions.weights,
  from: licenseVersions.from,
  to: licenseVersions.to,
};

/**
 * Writes a version of the license, or says why not: of one product an account has at most one license at a time, and no
 * more may be allocated to teams than there is. In a SERIALIZABLE transaction.
 */
export async function putLicense(
  tx: Queries,
  accountId: string,
  definition: LicenseDefinition,
  now: Date,
): Promise<PutLicense> {
  const all = await newestVersions(tx, accountId);
  const before = all.find(({ id }) => id === definition.id);
  const wanted = { ...definition, from: definition.from.toISOString(), to: definition.to.toISOString() };
  if (before && sameDefinition(before, { ...wanted, version: before.version })) {
    return { license: before, change: 'none' };
  }
  const other = all.find(
    (license) =>
      license.id !== wanted.id &&
      license.product === wanted.product &&
      Date.parse(license.from) < definition.to.getTime() &&
      definition.from.getTime() < Date.parse(license.to),
  );
  if (other) return { refused: 'overlaps', other };
  const { allocated, fits } = await allocatedOf(tx, accountId, { id: wanted.id, quantity: wanted.quantity });
  if (!fits) return { refused: 'allocated', allocated };

  const version = (before?.version ?? 0) + 1;
  const [row] = await tx
    .insert(licenseVersions)
    .values({ accountId, ...definition, version, createdAt: now })
    // As for rate cards: 40001 in a SERIALIZABLE transaction, not a unique violation.
    .onConflictDoNothing()
    .returning({ version: licenseVersions.version });
  if (!row) throw new ContentionError(1, { cause: new Error(`versions of license ${definition.id}`) });
  return { license: { ...wanted, version }, change: before ? 'changed' : 'created' };
}

/** The license as it stands; `null` when the account has none by this id. */
export async function getLicense(queries: Queries, accountId: string, id: string): Promise<License | null> {
  const [row] = await queries
    .select(LICENSE)
    .from(licenseVersions)
    .where(and(eq(licenseVersions.accountId, accountId), eq(licenseVersions.id, id)))
    .orderBy(desc(licenseVersions.version))
    .limit(1);
  return row ? licenseOf(row) : null;
}

/** The account's licenses by id, each as it stands; one page, or all of them. */
export async function listLicenses(
  queries: Queries,
  accountId: string,
  page?: { after: string | null; limit: number },
): Promise<License[]> {
  return newestVersions(queries, accountId, page);
}

/** All licenses of accounts, each as it stands, or stood at an instant; accounts without any are left out. */
export async function licensesOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
  by?: Date,
): Promise<Map<string, License[]>> {
  const rows = await queries
    .selectDistinctOn([licenseVersions.accountId, licenseVersions.id], {
      accountId: licenseVersions.accountId,
      ...LICENSE,
    })
    .from(licenseVersions)
    .where(and(inArray(licenseVersions.accountId, [...accountIds]), by && lte(licenseVersions.createdAt, by)))
    .orderBy(asc(licenseVersions.accountId), asc(licenseVersions.id), desc(licenseVersions.version));
  const licenses = new Map<string, License[]>();
  for (const { accountId, ...row } of rows) {
    licenses.set(accountId, [...(licenses.get(accountId) ?? []), licenseOf(row)]);
  }
  return licenses;
}

/** Licenses as they stood in these versions. */
export async function licensesAtVersions(
  queries: Queries,
  accountId: string,
  versions: readonly { id: string; version: number }[],
): Promise<License[]> {
  if (versions.length === 0) return [];
  const rows = await queries
    .select(LICENSE)
    .from(licenseVersions)
    .where(
      and(
        eq(licenseVersions.accountId, accountId),
        or(...versions.map(({ id, version }) => and(eq(licenseVersions.id, id), eq(licenseVersions.version, version)))),
      ),
    )
    .orderBy(asc(licenseVersions.id));
  return rows.map(licenseOf);
}

async function newestVersions(
  queries: Queries,
  accountId: string,
  page?: { after: string | null; limit: number },
): Promise<License[]> {
  const newest = queries
    .selectDistinctOn([licenseVersions.id], LICENSE)
    .from(licenseVersions)
    .where(and(eq(licenseVersions.accountId, accountId), page?.after ? gt(licenseVersions.id, page.after) : undefined))
    .orderBy(asc(licenseVersions.id), desc(licenseVersions.version));
  const rows = await (page ? newest.limit(page.limit) : newest);
  return rows.map(licenseOf);
}

function licenseOf(row: Omit<typeof licenseVersions.$inferSelect, 'accountId' | 'createdAt'>): License {
  return { ...row, from: row.from.toISOString(), to: row.to.toISOString() };
}

function sameDefinition(a: License, b: License): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
