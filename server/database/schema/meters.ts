import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, json, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { AGGREGATION_NAMES } from '../../domain/aggregation.ts';
import { CALLER_ID, instant } from './columns.ts';

/**
 * Versions of meters: the writings of each, in their order. Version n stands for what the first n writings say when. At most
 * one version of a key is current; a newer one is pending until it has been rolled.
 */
export const meters = pgTable(
  'meters',
  {
    key: text('key').notNull(),
    version: integer('version').notNull(),
    state: text('state', { enum: ['pending', 'current', 'retired'] }).notNull(),
    description: text('description').notNull(),
    eventType: text('event_type').notNull(),
    aggregation: text('aggregation', {
      enum: AGGREGATION_NAMES,
    }).notNull(),
    valuePath: text('value_path'),
    levels: text('levels', { enum: ['slots', 'amount'] }),
    /** `json`, not `jsonb`: the order of the dimensions is the operator's and is shown. */
    dimensions: json('dimensions').$type<Record<string, string>>().notNull(),
    unit: text('unit').notNull(),
    createdAt: instant('created_at').notNull(),
    /** From when what was written holds; null: from the beginning. */
    effectiveFrom: instant('effective_from'),
    /** From there on the meter takes no part; the other columns repeat what ruled before. */
    archived: boolean('archived').notNull().default(false),
    /** Who wrote it; null where that was not kept. */
    changedBy: text('changed_by'),
    /** Why, where it reaches into periods that have ended. */
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.key, t.version] }),
    uniqueIndex('meters_one_current').on(t.key).where(sql`${t.state} = 'current'`),
    check('meters_key_form', sql`${t.key} ~ ${CALLER_ID}`),
    check('meters_version', sql`${t.version} >= 1`),
    check('meters_state', sql`${t.state} in ('pending', 'current', 'retired')`),
    check('meters_aggregation', sql`${t.aggregation} in ('count', 'sum', 'max', 'unique', 'latest', 'time_weighted')`),
    check('meters_value_path', sql`(${t.aggregation} = 'count') = (${t.valuePath} is null)`),
    check('meters_levels', sql`(${t.aggregation} = 'time_weighted') = (${t.levels} is not null)`),
  ],
);

/** How far each roller has come, in microseconds since 1970. */
export const rollerProgress = pgTable('roller_progress', {
  name: text('name').primaryKey(),
  throughMicros: bigint('through_micros', { mode: 'number' }).notNull(),
});
