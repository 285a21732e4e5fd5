import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  json,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/** Every instant of this store: UTC, to the millisecond. */
const instant = (name: string) => timestamp(name, { precision: 3, withTimezone: true, mode: 'date' });

/** Ids chosen by callers: they appear in URLs, so they are short, lower case and need no escaping. */
const CALLER_ID = sql.raw(`'^[a-z0-9][a-z0-9._-]{0,63}$'`);

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
  },
  (t) => [
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

/** People who sign in. `emailKey` is the address as it is compared, `email` as it was written. */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull().unique('users_email_key'),
    name: text('name').notNull(),
    platformRole: text('platform_role', { enum: ['customer', 'support', 'operator'] }).notNull(),
    passwordHash: text('password_hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    check('users_platform_role', sql`${t.platformRole} in ('customer', 'support', 'operator')`),
    check('users_password_hash', sql`${t.passwordHash} like '$argon2id$%'`),
  ],
);

/** Which accounts a person may see, and as what. */
export const memberships = pgTable(
  'memberships',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    role: text('role', { enum: ['owner', 'billing', 'member'] }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.accountId] }),
    index('memberships_by_account').on(t.accountId),
    check('memberships_role', sql`${t.role} in ('owner', 'billing', 'member')`),
  ],
);

/** Browser sessions. The id is the SHA-256 of the cookie's token: who reads this table cannot sign in with it. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('sessions_by_user').on(t.userId),
    index('sessions_by_expiry').on(t.expiresAt),
    check('sessions_id_form', sql`${t.id} ~ '^[0-9a-f]{64}$'`),
  ],
);

/** API keys; the secret is kept as its SHA-256 only. No account means: serves all accounts. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').references(() => accounts.id),
    role: text('role', { enum: ['ingest', 'read', 'operator'] }).notNull(),
    label: text('label').notNull(),
    secretHash: text('secret_hash').notNull().unique('api_keys_secret_hash'),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    index('api_keys_by_account').on(t.accountId, t.id),
    check('api_keys_role', sql`${t.role} in ('ingest', 'read', 'operator')`),
    check('api_keys_operator_serves_all', sql`${t.role} <> 'operator' or ${t.accountId} is null`),
    check('api_keys_secret_hash_form', sql`${t.secretHash} ~ '^[0-9a-f]{64}$'`),
  ],
);

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

/** Answers already given, by caller and `Idempotency-Key`. `status` is null only inside the transaction that works. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    status: smallint('status'),
    body: text('body'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.principal, t.key] }), index('idempotency_keys_by_age').on(t.createdAt)],
);
