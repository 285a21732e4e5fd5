import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  cidr,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant, SHA256 } from './columns.ts';

/** Explanations, and differences, as they were at one watermark, found by their hash: links and questions refer to them. Never updated. */
export const frozenExplanations = pgTable(
  'frozen_explanations',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Of which charge, or of which difference: `domain/change-id.ts`. */
    chargeId: text('charge_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    /** What that is called: for lists and mails, which do not read the content. */
    description: text('description').notNull(),
    /** Canonical JSON, as it was hashed. */
    content: text('content').notNull(),
    /** What the levels below are read with: prices, licenses, meters of then, and a secret. */
    basis: text('basis'),
    meteredThroughMicros: bigint('metered_through_micros', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.chargeId, t.contentSha256] }),
    check('frozen_explanations_content_sha256', sql`${t.contentSha256} ~ ${SHA256}`),
  ],
);

/** Shares of one explanation. The token is kept as its SHA-256 only; all that ever changes is that a link is revoked. */
export const explanationLinks = pgTable(
  'explanation_links',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    chargeId: text('charge_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    tokenHash: text('token_hash').notNull().unique('explanation_links_token_hash'),
    hidePayloads: boolean('hide_payloads').notNull(),
    hideNames: boolean('hide_names').notNull(),
    note: text('note'),
    /** The principal, and how people know it. */
    createdBy: text('created_by').notNull(),
    createdByName: text('created_by_name').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    foreignKey({
      name: 'explanation_links_frozen',
      columns: [t.accountId, t.chargeId, t.contentSha256],
      foreignColumns: [frozenExplanations.accountId, frozenExplanations.chargeId, frozenExplanations.contentSha256],
    }),
    unique('explanation_links_charge').on(t.accountId, t.chargeId, t.id),
    index('explanation_links_by_account').on(t.accountId, t.id),
    check('explanation_links_token_hash_form', sql`${t.tokenHash} ~ ${SHA256}`),
    check(
      'explanation_links_expires_at',
      sql`${t.expiresAt} between ${t.createdAt} + interval '1 hour' and ${t.createdAt} + interval '8784 hours'`,
    ),
    check('explanation_links_revoked_at', sql`${t.revokedAt} >= ${t.createdAt}`),
  ],
);

/** Who looked: how often a link was opened in a minute, by part and network. All that ever changes is the count, within its minute. */
export const explanationLinkOpens = pgTable(
  'explanation_link_opens',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    linkId: text('link_id')
      .notNull()
      .references(() => explanationLinks.id),
    /** The first time. */
    openedAt: instant('opened_at').notNull(),
    count: integer('count').notNull().default(1),
    /** Never a whole address; `null` when it is not known. */
    network: cidr('network'),
    signedIn: boolean('signed_in').notNull(),
    /** The page, or which part of it. */
    part: text('part').notNull(),
  },
  (t) => [
    index('explanation_link_opens_by_link').on(t.linkId, t.id),
    check(
      'explanation_link_opens_network',
      sql`masklen(${t.network}) <= case family(${t.network}) when 4 then 24 else 48 end`,
    ),
    check('explanation_link_opens_count', sql`${t.count} > 0`),
    check('explanation_link_opens_part', sql`${t.part} ~ '^[a-z][a-z0-9-]{0,31}$'`),
  ],
);
