import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { instant } from './columns.ts';
import { creditGrants } from './credits.ts';
import { explanationLinks, frozenExplanations } from './explanations.ts';
import { users } from './users.ts';

/** What customers ask about a charge or a difference, with the explanation as it was when they asked. */
export const questions = pgTable(
  'questions',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** The charge, or the difference. */
    chargeId: text('charge_id').notNull(),
    contentSha256: text('content_sha256').notNull(),
    linkId: text('link_id'),
    eventRefs: json('event_refs').$type<{ source: string; id: string }[]>().notNull(),
    text: text('text').notNull(),
    state: text('state', { enum: ['open', 'answered', 'credited', 'closed'] }).notNull(),
    /** Begins at one; each time the customer opens it again, the next begins. */
    round: integer('round').notNull(),
    /** The principal, and how people know it; `userId` when it is a person. */
    askedBy: text('asked_by').notNull(),
    askedByName: text('asked_by_name').notNull(),
    userId: text('user_id').references(() => users.id, { onDelete: 'set null' }),
    askedAt: instant('asked_at').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    unique('questions_account').on(t.accountId, t.id),
    foreignKey({
      name: 'questions_frozen',
      columns: [t.accountId, t.chargeId, t.contentSha256],
      foreignColumns: [frozenExplanations.accountId, frozenExplanations.chargeId, frozenExplanations.contentSha256],
    }),
    foreignKey({
      name: 'questions_link',
      columns: [t.accountId, t.chargeId, t.linkId],
      foreignColumns: [explanationLinks.accountId, explanationLinks.chargeId, explanationLinks.id],
    }),
    index('questions_by_state').on(t.state, t.id),
    check('questions_state', sql`${t.state} in ('open', 'answered', 'credited', 'closed')`),
    check('questions_round', sql`${t.round} >= 1`),
  ],
);

/** What came after the question: what both sides said, and what state it led to. Never updated. */
export const questionReplies = pgTable(
  'question_replies',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id').notNull(),
    questionId: text('question_id').notNull(),
    round: integer('round').notNull(),
    repliedBy: text('replied_by').notNull(),
    repliedByName: text('replied_by_name').notNull(),
    isSupport: boolean('is_support').notNull(),
    /** `null` where a question was closed without a word. */
    text: text('text'),
    /** What the question became by it. */
    state: text('state', { enum: ['open', 'answered', 'credited', 'closed'] }).notNull(),
    creditGrantId: text('credit_grant_id').unique('question_replies_credit_grant'),
    at: instant('at').notNull(),
  },
  (t) => [
    foreignKey({
      name: 'question_replies_question',
      columns: [t.accountId, t.questionId],
      foreignColumns: [questions.accountId, questions.id],
    }),
    foreignKey({
      name: 'question_replies_credit',
      columns: [t.accountId, t.creditGrantId],
      foreignColumns: [creditGrants.accountId, creditGrants.id],
    }),
    uniqueIndex('question_replies_one_credit').on(t.questionId, t.round).where(sql`${t.creditGrantId} is not null`),
    index('question_replies_by_question').on(t.questionId, t.id),
    check('question_replies_state', sql`${t.state} in ('open', 'answered', 'credited', 'closed')`),
    check('question_replies_text', sql`${t.text} is not null or ${t.state} = 'closed'`),
    check('question_replies_credit_by_support', sql`${t.creditGrantId} is null or ${t.isSupport}`),
  ],
);
