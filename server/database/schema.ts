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
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { DecimalText, Price } from '../domain/price.ts';

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

/** An amount or quantity as written, with all its decimals; `NaN` and infinities are above every bound. */
const DECIMAL_END = sql.raw(`1e26`);

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
  },
  (t) => [
    primaryKey({ columns: [t.key, t.version] }),
    unique('rate_card_versions_effective_from').on(t.key, t.effectiveFrom),
    check('rate_card_versions_key_form', sql`${t.key} ~ ${CALLER_ID}`),
    check('rate_card_versions_version', sql`${t.version} >= 1`),
    check('rate_card_versions_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/** The rate card an account is charged by, and its negotiated discount. */
export const accountRateCards = pgTable(
  'account_rate_cards',
  {
    accountId: text('account_id')
      .primaryKey()
      .references(() => accounts.id),
    key: text('key').notNull(),
    discountPercent: numeric('discount_percent').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    index('account_rate_cards_by_key').on(t.key),
    check('account_rate_cards_discount_percent', sql`${t.discountPercent} between 0 and 100`),
  ],
);

/** Licenses, version by version; the newest one counts. */
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

/** How much of a license each team may use. */
export const licenseAllocations = pgTable(
  'license_allocations',
  {
    accountId: text('account_id').notNull(),
    licenseId: text('license_id').notNull(),
    teamId: text('team_id').notNull(),
    quantity: numeric('quantity').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.licenseId, t.teamId] }),
    foreignKey({
      name: 'license_allocations_team',
      columns: [t.accountId, t.teamId],
      foreignColumns: [teams.accountId, teams.id],
    }),
    check('license_allocations_quantity', sql`${t.quantity} > 0 and ${t.quantity} < ${DECIMAL_END}`),
  ],
);

/** Money granted to an account. What is left of it is the sum of its entries. */
export const creditGrants = pgTable(
  'credit_grants',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    amount: numeric('amount').notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    expiresAt: instant('expires_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    unique('credit_grants_account').on(t.accountId, t.id),
    check('credit_grants_amount', sql`${t.amount} > 0 and ${t.amount} < ${DECIMAL_END}`),
    check('credit_grants_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/** The last number an account's invoices have come to. It counts in the transaction of the invoice, so no number is lost. */
export const invoiceCounters = pgTable('invoice_counters', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => accounts.id),
  last: integer('last').notNull(),
});

/** Invoices as issued. All that ever changes is that a final one becomes void. */
export const invoices = pgTable(
  'invoices',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    periodKey: text('period_key').notNull(),
    periodFrom: instant('period_from').notNull(),
    periodTo: instant('period_to').notNull(),
    state: text('state', { enum: ['final', 'void'] }).notNull(),
    sequence: integer('sequence').notNull(),
    number: text('number').notNull().unique('invoices_number'),
    currency: text('currency').notNull(),
    /** Canonical JSON, as it was hashed. */
    content: text('content').notNull(),
    contentSha256: text('content_sha256').notNull(),
    meteredThroughMicros: bigint('metered_through_micros', { mode: 'number' }).notNull(),
    versions: json('versions').$type<Record<string, unknown>>().notNull(),
    total: numeric('total').notNull(),
    finalizedAt: instant('finalized_at').notNull(),
    voidedAt: instant('voided_at'),
    voidReason: text('void_reason'),
    replaces: text('replaces'),
  },
  (t) => [
    unique('invoices_account').on(t.accountId, t.id),
    unique('invoices_sequence').on(t.accountId, t.sequence),
    uniqueIndex('invoices_one_final').on(t.accountId, t.periodKey).where(sql`${t.state} = 'final'`),
    foreignKey({ name: 'invoices_replaces', columns: [t.accountId, t.replaces], foreignColumns: [t.accountId, t.id] }),
    check('invoices_state', sql`${t.state} in ('final', 'void')`),
    check(
      'invoices_void',
      sql`(${t.state} = 'void') = (${t.voidedAt} is not null) and (${t.voidedAt} is null) = (${t.voidReason} is null)`,
    ),
    check('invoices_period', sql`${t.periodFrom} < ${t.periodTo}`),
    check('invoices_sequence_from_one', sql`${t.sequence} >= 1`),
    check('invoices_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('invoices_content_sha256', sql`${t.contentSha256} ~ '^[0-9a-f]{64}$'`),
    check('invoices_total', sql`abs(${t.total}) < ${DECIMAL_END}`),
  ],
);

/** The charges of each invoice: which invoice a charge is on, and what it came to. */
export const invoiceLines = pgTable(
  'invoice_lines',
  {
    invoiceId: text('invoice_id')
      .notNull()
      .references(() => invoices.id),
    chargeId: text('charge_id').notNull(),
    priceKey: text('price_key').notNull(),
    amount: numeric('amount').notNull(),
    position: integer('position').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.chargeId] }),
    unique('invoice_lines_position').on(t.invoiceId, t.position),
    index('invoice_lines_by_charge').on(t.chargeId),
    check('invoice_lines_amount', sql`abs(${t.amount}) < ${DECIMAL_END}`),
  ],
);

/** The ledger of credits: granted, drawn by an invoice, returned by its void, lapsed. Never updated. */
export const creditEntries = pgTable(
  'credit_entries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id').notNull(),
    grantId: text('grant_id').notNull(),
    kind: text('kind', { enum: ['grant', 'draw', 'lapse', 'return'] }).notNull(),
    /** What the balance changes by. */
    amount: numeric('amount').notNull(),
    invoiceId: text('invoice_id'),
    at: instant('at').notNull(),
  },
  (t) => [
    foreignKey({
      name: 'credit_entries_grant',
      columns: [t.accountId, t.grantId],
      foreignColumns: [creditGrants.accountId, creditGrants.id],
    }),
    // Checked at commit, which only the migration can say: an invoice's draws are written before its content is complete.
    foreignKey({
      name: 'credit_entries_invoice',
      columns: [t.accountId, t.invoiceId],
      foreignColumns: [invoices.accountId, invoices.id],
    }),
    unique('credit_entries_once').on(t.grantId, t.invoiceId, t.kind),
    uniqueIndex('credit_entries_one_grant').on(t.grantId).where(sql`${t.kind} = 'grant'`),
    index('credit_entries_by_account').on(t.accountId, t.id),
    check('credit_entries_kind', sql`${t.kind} in ('grant', 'draw', 'lapse', 'return')`),
    check('credit_entries_invoice_known', sql`(${t.kind} in ('draw', 'return')) = (${t.invoiceId} is not null)`),
    check(
      'credit_entries_sign',
      sql`case when ${t.kind} in ('grant', 'return') then ${t.amount} > 0 and ${t.amount} < ${DECIMAL_END} else ${t.amount} < 0 end`,
    ),
  ],
);
