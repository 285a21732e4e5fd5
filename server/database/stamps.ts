import { eq, inArray, sql } from 'drizzle-orm';
import type { Queries } from './connect.ts';
import { accountSettings } from './schema/account-settings.ts';
import { accounts } from './schema/accounts.ts';
import { creditEntries } from './schema/credits.ts';
import { invoices } from './schema/invoices.ts';
import { licenseVersions } from './schema/licenses.ts';
import { rateCardVersions } from './schema/rate-cards.ts';

/** What an account's invoices depend on beside usage, as of one moment. */
export interface Stamp {
  /** Equal texts: same account, settings, versions of its rate cards, licenses, invoices and credits. */
  text: string;
  finals: { id: string; periodKey: string }[];
}

/**
 * Stamps of accounts, in one statement: take one before reading what an invoice is computed from, and another in the
 * transaction that issues it. Versions are never edited, so their numbers stand for them.
 */
export async function stampsOf(queries: Queries, accountIds: readonly string[]): Promise<Map<string, Stamp>> {
  if (accountIds.length === 0) return new Map();
  const final = sql`${eq(invoices.accountId, accounts.id)} and ${eq(invoices.state, 'final')}`;
  const rows = await queries
    .select({
      id: accounts.id,
      text: sql<string>`json_build_array(
        to_json(${accounts}.*),
        (select json_agg(json_build_array(${accountSettings.setting}, ${accountSettings.version})
                         order by ${accountSettings.setting}, ${accountSettings.version})
         from ${accountSettings} where ${accountSettings.accountId} = ${accounts.id}),
        (select json_agg(json_build_array(${rateCardVersions.key}, ${rateCardVersions.version})
                         order by ${rateCardVersions.key}, ${rateCardVersions.version})
         from ${rateCardVersions} where ${rateCardVersions.key} in (
           select ${accountSettings.value} ->> 'key' from ${accountSettings}
           where ${accountSettings.accountId} = ${accounts.id} and ${accountSettings.setting} = 'rate_card')),
        (select json_agg(json_build_array(${licenseVersions.id}, ${licenseVersions.version})
                         order by ${licenseVersions.id}, ${licenseVersions.version})
         from ${licenseVersions} where ${licenseVersions.accountId} = ${accounts.id}),
        (select json_agg(json_build_array(${invoices.id}, ${invoices.state}) order by ${invoices.id})
         from ${invoices} where ${invoices.accountId} = ${accounts.id}),
        (select max(${creditEntries.id}) from ${creditEntries} where ${creditEntries.accountId} = ${accounts.id})
      )::text`,
      finals: sql<Stamp['finals'] | null>`(
        select json_agg(json_build_object('id', ${invoices.id}, 'periodKey', ${invoices.periodKey}))
        from ${invoices} where ${final})`,
    })
    .from(accounts)
    .where(inArray(accounts.id, [...accountIds]));
  return new Map(rows.map(({ id, text, finals }) => [id, { text, finals: finals ?? [] }]));
}
