import { sql } from 'drizzle-orm';
import { check, foreignKey, index, numeric, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { CALLER_ID, instant } from './columns.ts';

/** The payer. Its zone and anchor day cut time into billing periods. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: ['personal', 'team', 'enterprise'] }).notNull(),
    currency: text('currency').notNull(),
    timeZone: text('time_zone').notNull(),
    anchorDay: smallint('anchor_day').notNull(),
    /** Without a scale, so that the operator reads back the decimals they wrote. */
    taxPercent: numeric('tax_percent').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** Where its last billing period ends; nothing after it is metered for the account. */
    endedAt: instant('ended_at'),
  },
  (t) => [
    index('accounts_by_end').on(t.endedAt).where(sql`${t.endedAt} is not null`),
    check('accounts_id_form', sql`${t.id} ~ ${CALLER_ID}`),
    check('accounts_kind', sql`${t.kind} in ('personal', 'team', 'enterprise')`),
    check('accounts_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('accounts_anchor_day', sql`${t.anchorDay} between 1 and 31`),
    check('accounts_tax_percent', sql`${t.taxPercent} between 0 and 100`),
  ],
);

/** A group in an account. */
export const teams = pgTable(
  'teams',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    id: text('id').notNull(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] }), check('teams_id_form', sql`${t.id} ~ ${CALLER_ID}`)],
);

/** An application; its team, if any, is of the same account. */
export const apps = pgTable(
  'apps',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    id: text('id').notNull(),
    name: text('name').notNull(),
    teamId: text('team_id'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ name: 'apps_team', columns: [t.accountId, t.teamId], foreignColumns: [teams.accountId, teams.id] }),
    index('apps_by_team').on(t.accountId, t.teamId),
    check('apps_id_form', sql`${t.id} ~ ${CALLER_ID}`),
  ],
);
