import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant } from './columns.ts';

/**
 * An account's billing periods: a row without gap or overlap, each beginning where exactly one other ends. Bounds never
 * change once a period has begun; only the end of an account cuts its last one short.
 */
export const billingPeriods = pgTable(
  'billing_periods',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    key: text('key').notNull(),
    from: instant('period_from').notNull(),
    to: instant('period_to').notNull(),
    /** Where the one before ends, which is where this one begins; `null` for the first. */
    previousTo: instant('previous_to'),
    timeZone: text('time_zone').notNull(),
    anchorDay: smallint('anchor_day').notNull(),
    bridging: boolean('bridging').notNull(),
    state: text('state', { enum: ['open', 'ended', 'final', 'void'] }).notNull(),
    /** From when it is closed by itself, once its grace is over; `null` when there is nothing to do. */
    graceFrom: instant('grace_from'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    unique('billing_periods_to').on(t.accountId, t.to),
    unique('billing_periods_previous').on(t.accountId, t.previousTo),
    uniqueIndex('billing_periods_one_first').on(t.accountId).where(sql`${t.previousTo} is null`),
    // Checked at commit, which only the migration can say: a row may be extended at its begin.
    foreignKey({
      name: 'billing_periods_tile',
      columns: [t.accountId, t.previousTo],
      foreignColumns: [t.accountId, t.to],
    }),
    uniqueIndex('billing_periods_one_open').on(t.accountId).where(sql`${t.state} = 'open'`),
    index('billing_periods_open_until').on(t.to).where(sql`${t.state} = 'open'`),
    index('billing_periods_due').on(t.graceFrom).where(sql`${t.graceFrom} is not null`),
    check('billing_periods_key', sql`${t.key} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'`),
    check('billing_periods_bounds', sql`${t.from} < ${t.to}`),
    check('billing_periods_begin', sql`${t.previousTo} is null or ${t.previousTo} = ${t.from}`),
    check('billing_periods_anchor_day', sql`${t.anchorDay} between 1 and 31`),
    check('billing_periods_state', sql`${t.state} in ('open', 'ended', 'final', 'void')`),
    check('billing_periods_settled', sql`${t.graceFrom} is null or ${t.state} in ('open', 'ended')`),
  ],
);
