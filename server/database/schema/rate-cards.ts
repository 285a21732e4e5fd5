import { sql } from 'drizzle-orm';
import { check, integer, json, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { Price } from '../../domain/pricing/price.ts';
import { CALLER_ID, instant } from './columns.ts';

/** Rate cards, version by version. A change is a new row; nothing here is ever updated. */
export const rateCardVersions = pgTable(
  'rate_card_versions',
  {
    key: text('key').notNull(),
    version: integer('version').notNull(),
    effectiveFrom: instant('effective_from').notNull(),
    currency: text('currency').notNull(),
    /** `json`, not `jsonb`: prices are shown as they were written. */
    prices: json('prices').$type<Price[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    /** The principal; `null` of versions from before it was kept. */
    changedBy: text('changed_by'),
    /** Why a period that had ended was amended. */
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.key, t.version] }),
    unique('rate_card_versions_effective_from').on(t.key, t.effectiveFrom),
    check('rate_card_versions_key_form', sql`${t.key} ~ ${CALLER_ID}`),
    check('rate_card_versions_version', sql`${t.version} >= 1`),
    check('rate_card_versions_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);
