import { sql } from 'drizzle-orm';
import { bigint, check, integer, json, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { CALLER_ID, instant } from './columns.ts';

/** Versions of meters. At most one version of a key is current; a newer one is pending until it has been rolled. */
export const meters = pgTable(
  'meters',
  {
    key: text('key').notNull(),
    version: integer('version').notNull(),
    state: text('state', { enum: ['pending', 'current', 'retired'] }).notNull(),
    description: text('description').notNull(),
    eventType: text('event_type').notNull(),
    aggregation: text('aggregation', {
      enum: ['count', 'sum', 'max', 'unique', 'latest', 'time_weighted'],
    }).notNull(),
    valuePath: text('value_path'),
    levels: text('levels', { enum: ['slots', 'amount'] }),
    /** `json`, not `jsonb`: the order of the dimensions is the operator's and is shown. */
    dimensions: json('dimensions').$type<Record<string, string>>().notNull(),
    unit: text('unit').notNull(),
    createdAt: instant('created_at').notNull(),
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
