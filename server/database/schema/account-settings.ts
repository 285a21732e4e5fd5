import { sql } from 'drizzle-orm';
import { check, index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant } from './columns.ts';

/**
 * What bears on an account's money and may change, writing by writing: see `domain/timeline.ts` for what it then says
 * when. Never updated.
 */
export const accountSettings = pgTable(
  'account_settings',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    setting: text('setting', { enum: ['currency', 'discount', 'period_rule', 'rate_card', 'tax'] }).notNull(),
    version: integer('version').notNull(),
    /** `null`: from the beginning. */
    effectiveFrom: instant('effective_from'),
    value: json('value').$type<Record<string, string | number>>().notNull(),
    changedAt: instant('changed_at').notNull(),
    /** The principal; `null` of writings from before it was kept. */
    changedBy: text('changed_by'),
    /** Why a period that had ended was amended. */
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.setting, t.version] }),
    index('account_settings_by_rate_card').on(sql`(${t.value} ->> 'key')`).where(sql`${t.setting} = 'rate_card'`),
    check('account_settings_setting', sql`${t.setting} in ('currency', 'discount', 'period_rule', 'rate_card', 'tax')`),
    check('account_settings_version', sql`${t.version} >= 1`),
  ],
);
