import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant } from './columns.ts';

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
