import { and, asc, eq, gt, inArray, lte, or } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import { licenseInTime, licensesOf } from '../../domain/license-terms.ts';
import type { License } from '../../domain/pricing/price.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import { compareQuantities } from '../../domain/quantity.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { rulingAt, rulingsOf, type Writing } from '../../domain/timeline.ts';
import type { Change } from '../accounts/account-settings.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { licenseVersions } from '../schema/licenses.ts';
import { mostAllocated } from './license-allocations.ts';

/** A license as one version of it says. */
export type StoredLicense = Omit<License, 'stretches'>;

/** What an operator says a license is; its version comes by itself. */
export interface LicenseDefinition extends Omit<StoredLicense, 'version' | 'from' | 'to'> {
  from: Date;
  to: Date;
}

/** What came of a write. */
export type PutLicense =
  /** `change` is `none` when the license says the same already at that instant. */
  | { license: StoredLicense; effectiveFrom: Date | null; change: 'created' | 'changed' | 'none' }
  | { refused: 'overlaps'; other: StoredLicense }
  | { refused: 'allocated'; allocated: DecimalText };

/** A version as it was written. */
export interface WrittenLicense extends Change {
  license: StoredLicense;
  changedAt: Date;
}

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

const WRITTEN = {
  accountId: licenseVersions.accountId,
  ...LICENSE,
  changedAt: licenseVersions.createdAt,
  effectiveFrom: licenseVersions.effectiveFrom,
  changedBy: licenseVersions.changedBy,
  reason: licenseVersions.reason,
};

/**
 * Writes what the license says from the change's instant on: by default now, and of a new one for its whole term. Or says
 * why not: of one product an account has at most one license at a time, and no more may be allocated to teams than there
 * is. In a SERIALIZABLE transaction.
 */
export async function putLicense(
  tx: Queries,
  accountId: string,
  definition: LicenseDefinition,
  now: Date,
  change: Partial<Change> = {},
): Promise<PutLicense> {
  const all = await writtenLicenses(tx, [accountId]);
  const before = all.filter(({ license }) => license.id === definition.id);
  const effectiveFrom = change.effectiveFrom ?? (before.length === 0 ? null : now);
  const wanted = { ...definition, from: definition.from.toISOString(), to: definition.to.toISOString() };
  const at = effectiveFrom === null ? Number.NEGATIVE_INFINITY : microsOf(effectiveFrom);
  const says = rulingAt(rulingsOf(before.map(timed)), at)?.value;
  if (says && canonicalJson(says) === canonicalJson({ ...wanted, version: says.version })) {
    return { license: says, effectiveFrom, change: 'none' };
  }
  const version = (before.at(-1)?.license.version ?? 0) + 1;
  const license = { ...wanted, version };
  const own = licenseInTime([...before, { license, effectiveFrom }].map(timed));
  const other = [...byLicense(all)]
    .filter(([id]) => id !== license.id)
    .flatMap(([, writings]) => licenseInTime(writings.map(timed)))
    .find((each) => own.some((mine) => mine.product === each.product && overlap(mine, each)));
  if (other) return { refused: 'overlaps', other };
  const { allocated, fits } = await mostAllocated(tx, accountId, license, effectiveFrom);
  if (!fits) return { refused: 'allocated', allocated };

  const { changedBy = null, reason = null } = change;
  const [row] = await tx
    .insert(licenseVersions)
    .values({ accountId, ...definition, version, createdAt: now, effectiveFrom, changedBy, reason })
    // As for rate cards: 40001 in a SERIALIZABLE transaction, not a unique violation.
    .onConflictDoNothing()
    .returning({ version: licenseVersions.version });
  if (!row) throw new ContentionError(1, { cause: new Error(`versions of license ${definition.id}`) });
  return { license, effectiveFrom, change: before.length > 0 ? 'changed' : 'created' };
}

/** The license as it stands at an instant; `null` when the account has none by this id. */
export async function getLicense(
  queries: Queries,
  accountId: string,
  id: string,
  now: Date,
): Promise<StoredLicense | null> {
  const [license = null] = standing(await licenseHistory(queries, accountId, id), now);
  return license;
}

/** The license as it stands at an instant, with the least quantity it has from then on: that much can be allocated. */
export async function allocatableLicense(
  queries: Queries,
  accountId: string,
  id: string,
  at: Date,
): Promise<StoredLicense | null> {
  const history = await licenseHistory(queries, accountId, id);
  const [license] = standing(history, at);
  if (license === undefined) return null;
  const later = rulingsOf(history.map(timed)).filter(({ from }) => from > microsOf(at));
  const quantities = [license.quantity, ...later.map(({ value }) => value.quantity)];
  return { ...license, quantity: quantities.sort(compareQuantities)[0] as string };
}

/** The account's licenses by id, each as it stands at an instant; one page, or all of them. */
export async function listLicenses(
  queries: Queries,
  accountId: string,
  now: Date,
  page?: { after: string | null; limit: number },
): Promise<StoredLicense[]> {
  const ids = queries
    .selectDistinct({ id: licenseVersions.id })
    .from(licenseVersions)
    .where(and(eq(licenseVersions.accountId, accountId), page?.after ? gt(licenseVersions.id, page.after) : undefined))
    .orderBy(asc(licenseVersions.id));
  const listed = (await (page ? ids.limit(page.limit) : ids)).map(({ id }) => id);
  return standing(await writtenLicenses(queries, [accountId], { ids: listed }), now);
}

/** Every version of a license, in the order they were written; none when the account has no license by this id. */
export async function licenseHistory(queries: Queries, accountId: string, id: string): Promise<WrittenLicense[]> {
  return writtenLicenses(queries, [accountId], { ids: [id] });
}

/**
 * All licenses of accounts over all time, as pools are made of them (see `domain/license-terms.ts`), or as they were
 * written by an instant; accounts without any are left out.
 */
export async function licensesOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
  by?: Date,
): Promise<Map<string, License[]>> {
  const written = await writtenLicenses(queries, accountIds, by === undefined ? {} : { by });
  const licenses = new Map<string, License[]>();
  for (const accountId of new Set(written.map((each) => each.accountId))) {
    const own = byLicense(written.filter((each) => each.accountId === accountId));
    const pools = [...own.values()].flatMap((writings) => licensesOf(licenseInTime(writings.map(timed))));
    licenses.set(accountId, pools);
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

/** By account, then by license, each in the order they were written. */
async function writtenLicenses(
  queries: Queries,
  accountIds: readonly string[],
  { ids, by }: { ids?: readonly string[]; by?: Date } = {},
): Promise<(WrittenLicense & { accountId: string })[]> {
  if (accountIds.length === 0 || ids?.length === 0) return [];
  const rows = await queries
    .select(WRITTEN)
    .from(licenseVersions)
    .where(
      and(
        inArray(licenseVersions.accountId, [...accountIds]),
        ids && inArray(licenseVersions.id, [...ids]),
        by && lte(licenseVersions.createdAt, by),
      ),
    )
    .orderBy(asc(licenseVersions.accountId), asc(licenseVersions.id), asc(licenseVersions.version));
  return rows.map(({ accountId, changedAt, effectiveFrom, changedBy, reason, ...row }) => {
    return { accountId, license: licenseOf(row), changedAt, effectiveFrom, changedBy, reason };
  });
}

function byLicense<Written extends { license: StoredLicense }>(all: readonly Written[]): Map<string, Written[]> {
  const groups = new Map<string, Written[]>();
  for (const written of all) {
    const group = groups.get(written.license.id);
    if (group === undefined) groups.set(written.license.id, [written]);
    else group.push(written);
  }
  return groups;
}

/** What each license says at an instant; before the first of it, what it will say first. */
function standing(all: readonly WrittenLicense[], now: Date): StoredLicense[] {
  return [...byLicense(all).values()].flatMap((writings) => {
    const rulings = rulingsOf(writings.map(timed));
    const ruling = rulingAt(rulings, microsOf(now)) ?? rulings[0];
    return ruling === undefined ? [] : [ruling.value];
  });
}

function timed({ license, effectiveFrom }: Pick<WrittenLicense, 'license' | 'effectiveFrom'>): Writing<StoredLicense> {
  return { version: license.version, value: license, effectiveFrom: effectiveFrom && microsOf(effectiveFrom) };
}

function overlap(a: StoredLicense, b: StoredLicense): boolean {
  return Date.parse(a.from) < Date.parse(b.to) && Date.parse(b.from) < Date.parse(a.to);
}

function licenseOf(row: { [Key in keyof typeof LICENSE]: (typeof licenseVersions.$inferSelect)[Key] }): StoredLicense {
  return { ...row, from: row.from.toISOString(), to: row.to.toISOString() };
}
