import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant } from './columns.ts';

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
