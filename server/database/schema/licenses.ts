import { sql } from 'drizzle-orm';
import { check, foreignKey, integer, json, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import { accounts, teams } from './accounts.ts';
import { CALLER_ID, DECIMAL_END, instant } from './columns.ts';

/** Licenses, writing by writing: see `domain/timeline.ts` for what they then say when. Never updated. */
export const licenseVersions = pgTable(
  'license_versions',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    id: text('id').notNull(),
    version: integer('version').notNull(),
    product: text('product').notNull(),
    quantity: numeric('quantity').notNull(),
    unit: text('unit').notNull(),
    measure: text('measure', { enum: ['unit_months', 'sum', 'max'] }).notNull(),
    weights: json('weights').$type<Record<string, DecimalText>>().notNull(),
    from: instant('term_from').notNull(),
    to: instant('term_to').notNull(),
    createdAt: instant('created_at').notNull(),
    /** `null`: from the beginning of its term. */
    effectiveFrom: instant('effective_from'),
    /** The principal; `null` of versions from before it was kept. */
    changedBy: text('changed_by'),
    /** Why a period that had ended was amended. */
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id, t.version] }),
    check('license_versions_id_form', sql`${t.id} ~ ${CALLER_ID}`),
    check('license_versions_version', sql`${t.version} >= 1`),
    check('license_versions_quantity', sql`${t.quantity} > 0 and ${t.quantity} < ${DECIMAL_END}`),
    check('license_versions_measure', sql`${t.measure} in ('unit_months', 'sum', 'max')`),
    check('license_versions_term', sql`${t.from} < ${t.to}`),
  ],
);

/** How much of a license each team may use, writing by writing. Never updated. */
export const licenseAllocations = pgTable(
  'license_allocations',
  {
    accountId: text('account_id').notNull(),
    licenseId: text('license_id').notNull(),
    teamId: text('team_id').notNull(),
    version: integer('version').notNull(),
    /** `null`: taken back. */
    quantity: numeric('quantity'),
    /** `null`: from the beginning. */
    effectiveFrom: instant('effective_from'),
    changedAt: instant('updated_at').notNull(),
    changedBy: text('changed_by'),
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.licenseId, t.teamId, t.version] }),
    check('license_allocations_version', sql`${t.version} >= 1`),
    foreignKey({
      name: 'license_allocations_team',
      columns: [t.accountId, t.teamId],
      foreignColumns: [teams.accountId, teams.id],
    }),
    check('license_allocations_quantity', sql`${t.quantity} > 0 and ${t.quantity} < ${DECIMAL_END}`),
  ],
);
