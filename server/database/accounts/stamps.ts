import { inArray, sql } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { accounts } from '../schema/accounts.ts';

/** What an account's invoices depend on beside usage, as of one moment. */
export interface Stamp {
  /** Equal texts: same account, settings, versions of its rate cards, licenses, invoices and credits. */
  text: string;
  /** In the order of their numbers. */
  invoices: { id: string; periodKey: string; state: 'final' | 'void' }[];
}

/**
 * Stamps of accounts, in one statement: take one before reading what an invoice is computed from, and another in the
 * transaction that issues it. Versions are never edited, so their numbers stand for them. Every column is written with its
 * table: drizzle leaves tables out where it selects from one, and `id` would then be the inner table's own.
 */
export async function stampsOf(queries: Queries, accountIds: readonly string[]): Promise<Map<string, Stamp>> {
  if (accountIds.length === 0) return new Map();
  const rows = await queries
    .select({
      id: accounts.id,
      text: sql<string>`json_build_array(
        to_json("accounts".*),
        (select json_agg(json_build_array(s.setting, s.version) order by s.setting, s.version)
         from account_settings s where s.account_id = "accounts"."id"),
        (select json_agg(json_build_array(v.key, v.version) order by v.key, v.version)
         from rate_card_versions v where v.key in (
           select s.value ->> 'key' from account_settings s
           where s.account_id = "accounts"."id" and s.setting = 'rate_card')),
        (select json_agg(json_build_array(l.id, l.version) order by l.id, l.version)
         from license_versions l where l.account_id = "accounts"."id"),
        (select max(c.id) from credit_entries c where c.account_id = "accounts"."id")
      )::text`,
      invoices: sql<Stamp['invoices'] | null>`(
        select json_agg(json_build_object('id', i.id, 'periodKey', i.period_key, 'state', i.state) order by i.sequence)
        from invoices i where i.account_id = "accounts"."id")`,
    })
    .from(accounts)
    .where(inArray(accounts.id, [...accountIds]));
  return new Map(
    rows.map(({ id, text, invoices }) => [id, { text: text + JSON.stringify(invoices), invoices: invoices ?? [] }]),
  );
}
