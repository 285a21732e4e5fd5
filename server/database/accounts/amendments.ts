import { and, eq, gt, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import type { Queries } from '../database.types.ts';
import { accountSettings } from '../schema/account-settings.ts';
import { licenseVersions } from '../schema/licenses.ts';
import { meters } from '../schema/meters.ts';
import { rateCardVersions } from '../schema/rate-cards.ts';

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

/**
 * Of these accounts, those that have a final invoice of which something was amended since, and whose correction was not issued yet: it
 * stands on the oldest period after it that was still to be invoiced, so on an invoice that was issued when none before it waited. A
 * day later than the amendment, since an invoice may have been read before what is written while it is issued.
 */
export async function amendedAccounts(queries: Queries, accountIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (accountIds.length === 0) return new Set();
  const { rows } = await queries.execute<{ id: string }>(sql`
    with amendment as (
      select account_id, changed_at as at, effective_from as since from account_settings where reason is not null
      union all
      select s.account_id, v.created_at, v.effective_from from rate_card_versions v
        join account_settings s on s.setting = 'rate_card' and v.key = s.value ->> 'key' where v.reason is not null
      union all
      select account_id, created_at, coalesce(effective_from, term_from) from license_versions where reason is not null
      union all
      -- A meter is everybody's; what the product itself wrote of one keeps what was invoiced as it is.
      select null, created_at, effective_from from meters where reason is not null and changed_by is not null
    )
    select distinct issued.account_id as id from invoices issued
    join amendment on coalesce(amendment.account_id, issued.account_id) = issued.account_id
      and issued.finalized_at < amendment.at and (amendment.since is null or amendment.since < issued.period_to)
    where issued.account_id in (${sql.join(
      accountIds.map((id) => sql`${id}`),
      sql`, `,
    )}) and issued.state = 'final'
      and not exists (select 1 from invoices carrier where carrier.account_id = issued.account_id and carrier.state = 'final'
        and carrier.period_from >= issued.period_to and carrier.finalized_at > amendment.at + interval '1 day'
        and not exists (select 1 from billing_periods between_them
          left join invoices its on its.account_id = between_them.account_id and its.period_key = between_them.key and its.state = 'final'
          where between_them.account_id = issued.account_id
            and between_them.period_from >= issued.period_to and between_them.period_to <= carrier.period_from
            and case between_them.state when 'final' then its.finalized_at > carrier.finalized_at
              when 'ended' then between_them.grace_from is not null else true end))`);
  return new Set(rows.map(({ id }) => id));
}

function isOnCard(accountId: string) {
  return and(
    eq(accountSettings.accountId, accountId),
    eq(accountSettings.setting, 'rate_card'),
    eq(rateCardVersions.key, sql`${accountSettings.value} ->> 'key'`),
  );
}
