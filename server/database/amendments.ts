import { and, eq, gt, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Queries } from './connect.ts';
import { accountSettings } from './schema/account-settings.ts';
import { licenseVersions } from './schema/licenses.ts';
import { meters } from './schema/meters.ts';
import { rateCardVersions } from './schema/rate-cards.ts';

/** A final invoice, as far as it bears on whether its period was amended. */
interface Issued {
  period: Pick<BillingPeriod, 'from' | 'to'>;
  finalizedAt: Date;
}

/** Why something that an invoice rests on was amended. */
export interface Amendment {
  reason: string | null;
  /** The meter that was; `null` where it was a setting, a license or a rate card. */
  meter: string | null;
}

/** Whether anything that an invoice may rest on was amended since it was issued; see `amendmentsSince`. */
export async function amendedSince(
  queries: Queries,
  accountId: string,
  issued: Issued,
  by: Date | null = null,
): Promise<boolean> {
  return (await amendmentsSince(queries, accountId, issued, by)).length > 0;
}

/**
 * What an invoice may rest on and was amended since it was issued, those written first first. Of rate cards and meters, any
 * version that reaches into its period.
 * @param by only what was written by then
 */
export async function amendmentsSince(
  queries: Queries,
  accountId: string,
  issued: Issued,
  by: Date | null = null,
): Promise<Amendment[]> {
  const [begin, end] = [new Date(issued.period.from / 1000), new Date(issued.period.to / 1000)];
  const settings = await queries
    .select({ reason: accountSettings.reason, at: accountSettings.changedAt })
    .from(accountSettings)
    .where(
      and(
        eq(accountSettings.accountId, accountId),
        isNotNull(accountSettings.reason),
        gt(accountSettings.changedAt, issued.finalizedAt),
        by === null ? undefined : lte(accountSettings.changedAt, by),
        or(isNull(accountSettings.effectiveFrom), lt(accountSettings.effectiveFrom, end)),
      ),
    );
  const cards = await queries
    .selectDistinct({ reason: rateCardVersions.reason, at: rateCardVersions.createdAt })
    .from(rateCardVersions)
    .innerJoin(accountSettings, isOnCard(accountId))
    .where(
      and(
        isNotNull(rateCardVersions.reason),
        gt(rateCardVersions.createdAt, issued.finalizedAt),
        by === null ? undefined : lte(rateCardVersions.createdAt, by),
        lt(rateCardVersions.effectiveFrom, end),
      ),
    );
  const licenses = await queries
    .select({ reason: licenseVersions.reason, at: licenseVersions.createdAt })
    .from(licenseVersions)
    .where(
      and(
        eq(licenseVersions.accountId, accountId),
        isNotNull(licenseVersions.reason),
        gt(licenseVersions.createdAt, issued.finalizedAt),
        by === null ? undefined : lte(licenseVersions.createdAt, by),
        or(
          lt(licenseVersions.effectiveFrom, end),
          // The first of a license holds from the beginning of its term.
          and(isNull(licenseVersions.effectiveFrom), lt(licenseVersions.from, end), gt(licenseVersions.to, begin)),
        ),
      ),
    );
  const ofMeters = await queries
    .select({ reason: meters.reason, at: meters.createdAt, meter: meters.key })
    .from(meters)
    .where(
      and(
        isNotNull(meters.reason),
        // What the product itself wrote keeps what was invoiced as it is.
        isNotNull(meters.changedBy),
        gt(meters.createdAt, issued.finalizedAt),
        by === null ? undefined : lte(meters.createdAt, by),
        or(isNull(meters.effectiveFrom), lt(meters.effectiveFrom, end)),
      ),
    );
  const others = [...settings, ...cards, ...licenses].map((each) => ({ ...each, meter: null }));
  return [...others, ...ofMeters].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Accounts of which anything was ever amended, licenses too, or of whose rate cards; all of them where a meter was. */
export async function amendedAccounts(queries: Queries): Promise<ReadonlySet<string> | 'all'> {
  const settings = await queries
    .selectDistinct({ id: accountSettings.accountId })
    .from(accountSettings)
    .where(isNotNull(accountSettings.reason));
  const cards = await queries
    .selectDistinct({ id: accountSettings.accountId })
    .from(rateCardVersions)
    .innerJoin(accountSettings, isOnCard())
    .where(isNotNull(rateCardVersions.reason));
  const licenses = await queries
    .selectDistinct({ id: licenseVersions.accountId })
    .from(licenseVersions)
    .where(isNotNull(licenseVersions.reason));
  const [meter] = await queries
    .select({ key: meters.key })
    .from(meters)
    .where(and(isNotNull(meters.reason), isNotNull(meters.changedBy)))
    .limit(1);
  // A meter is everybody's.
  return meter === undefined ? new Set([...settings, ...cards, ...licenses].map(({ id }) => id)) : 'all';
}

function isOnCard(accountId?: string) {
  return and(
    accountId === undefined ? undefined : eq(accountSettings.accountId, accountId),
    eq(accountSettings.setting, 'rate_card'),
    eq(rateCardVersions.key, sql`${accountSettings.value} ->> 'key'`),
  );
}
