import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, index, numeric, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { DECIMAL_END, instant } from './columns.ts';
import { invoices } from './invoices.ts';

/** Money granted to an account. What is left of it is the sum of its entries. */
export const creditGrants = pgTable(
  'credit_grants',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    amount: numeric('amount').notNull(),
    pays: text('pays', { enum: ['charges', 'total'] })
      .notNull()
      .default('charges'),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    expiresAt: instant('expires_at'),
    /** Of an invoice that came to less than nothing: that invoice. */
    invoiceId: text('invoice_id'),
    /** The principal, and how people know it; `null` where an invoice granted it, and where it was not recorded. */
    grantedBy: text('granted_by'),
    grantedByName: text('granted_by_name'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    unique('credit_grants_account').on(t.accountId, t.id),
    unique('credit_grants_invoice').on(t.invoiceId),
    check('credit_grants_amount', sql`${t.amount} > 0 and ${t.amount} < ${DECIMAL_END}`),
    check('credit_grants_pays', sql`${t.pays} in ('charges', 'total')`),
    check('credit_grants_granted_by', sql`(${t.grantedBy} is null) = (${t.grantedByName} is null)`),
    index('credit_grants_by_grantor').on(t.accountId, t.grantedBy, t.createdAt),
    check('credit_grants_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/** The ledger of credits: granted, drawn by an invoice, returned by its void, lapsed, restored for an invoice, revoked. Never updated. */
export const creditEntries = pgTable(
  'credit_entries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id').notNull(),
    grantId: text('grant_id').notNull(),
    kind: text('kind', { enum: ['grant', 'draw', 'lapse', 'return', 'restore', 'revoke'] }).notNull(),
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
    check('credit_entries_kind', sql`${t.kind} in ('grant', 'draw', 'lapse', 'return', 'restore', 'revoke')`),
    check(
      'credit_entries_invoice_known',
      sql`(${t.kind} in ('draw', 'return', 'restore')) = (${t.invoiceId} is not null)`,
    ),
    check(
      'credit_entries_sign',
      sql`case when ${t.kind} in ('grant', 'return', 'restore') then ${t.amount} > 0 and ${t.amount} < ${DECIMAL_END} else ${t.amount} < 0 end`,
    ),
  ],
);
