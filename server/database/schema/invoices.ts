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
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { DECIMAL_END, instant } from './columns.ts';

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
    /** Decimals of the currency, and the zone the period began and ended in, as the content says. */
    minorUnit: integer('minor_unit').notNull(),
    timeZone: text('time_zone').notNull(),
    /** Canonical JSON, as it was hashed. */
    content: text('content').notNull(),
    contentSha256: text('content_sha256').notNull(),
    /** In which form the content is written; not in it, since it is hashed as people are told it. */
    contentForm: integer('content_form').notNull(),
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
    check('invoices_minor_unit', sql`${t.minorUnit} between 0 and 12`),
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
