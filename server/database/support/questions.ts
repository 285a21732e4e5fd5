import { and, asc, desc, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import type { QuestionState } from '../../domain/question-state.ts';
import type { Queries } from '../database.types.ts';
import { accounts } from '../schema/accounts.ts';
import { creditGrants } from '../schema/credits.ts';
import { frozenExplanations } from '../schema/explanations.ts';
import { questionReplies, questions } from '../schema/questions.ts';
import { memberships, users } from '../schema/users.ts';
import { timedId } from '../timed-id.ts';

/** An event a question is about, as its sender named it. */
export interface EventRef {
  source: string;
  id: string;
}

/** Who asks or replies; `userId` is `null` for a program. Support answers, everybody else asks. */
export interface Speaker {
  principal: string;
  name: string;
  userId: string | null;
  isSupport: boolean;
  /** Who grants credits without a limit. */
  isOperator: boolean;
}

/** A question about a charge, with the explanation it was asked of by its hash. */
export interface Question {
  id: string;
  accountId: string;
  /** The charge, or the difference (`domain/change-id.ts`), it is about, and what that is called. */
  chargeId: string;
  description: string;
  contentSha256: string;
  meteredThroughMicros: number;
  linkId: string | null;
  eventRefs: EventRef[];
  text: string;
  state: QuestionState;
  /** Begins at one; each time the customer opens it again, the next begins. */
  round: number;
  askedByName: string;
  userId: string | null;
  askedAt: Date;
  changedAt: Date;
}

/** What came after a question, and the state it led to. Closing may have no words. */
export interface QuestionReply {
  id: number;
  text: string | null;
  byName: string;
  isSupport: boolean;
  state: QuestionState;
  credit: { grantId: string; amount: DecimalText; currency: string } | null;
  at: Date;
}

const QUESTION = {
  id: questions.id,
  accountId: questions.accountId,
  chargeId: questions.chargeId,
  description: frozenExplanations.description,
  contentSha256: questions.contentSha256,
  meteredThroughMicros: frozenExplanations.meteredThroughMicros,
  linkId: questions.linkId,
  eventRefs: questions.eventRefs,
  text: questions.text,
  state: questions.state,
  round: questions.round,
  askedByName: questions.askedByName,
  userId: questions.userId,
  askedAt: questions.askedAt,
  changedAt: questions.changedAt,
};

const ITS_EXPLANATION = and(
  eq(frozenExplanations.accountId, questions.accountId),
  eq(frozenExplanations.chargeId, questions.chargeId),
  eq(frozenExplanations.contentSha256, questions.contentSha256),
);

/** Writes an open question about an explanation that is kept already. @returns its id */
export async function insertQuestion(
  tx: Queries,
  accountId: string,
  asked: Pick<Question, 'chargeId' | 'contentSha256' | 'linkId' | 'eventRefs' | 'text'>,
  by: Speaker,
  now: Date,
): Promise<string> {
  const id = timedId('qst', now);
  await tx.insert(questions).values({
    id,
    accountId,
    ...asked,
    state: 'open',
    round: 1,
    askedBy: by.principal,
    askedByName: by.name,
    userId: by.userId,
    askedAt: now,
    changedAt: now,
  });
  return id;
}

/** The account's question, `null` when it has none by this id. */
export async function getQuestion(queries: Queries, accountId: string, id: string): Promise<Question | null> {
  const [row] = await questionsWhere(queries, and(eq(questions.accountId, accountId), eq(questions.id, id)));
  return row ?? null;
}

/** One page of an account's questions, newest first; those before a question's id. */
export async function listQuestions(
  queries: Queries,
  accountId: string,
  page: { before: string | null; limit: number },
): Promise<Question[]> {
  const before = page.before === null ? undefined : lt(questions.id, page.before);
  return questionsWhere(queries, and(eq(questions.accountId, accountId), before))
    .orderBy(desc(questions.id))
    .limit(page.limit);
}

/** Questions of all accounts in these states, with whose they are; those asked first come first. */
export async function questionsInStates(
  queries: Queries,
  states: readonly QuestionState[],
  limit: number,
): Promise<(Question & { accountName: string })[]> {
  return queries
    .select({ ...QUESTION, accountName: accounts.name })
    .from(questions)
    .innerJoin(frozenExplanations, ITS_EXPLANATION)
    .innerJoin(accounts, eq(accounts.id, questions.accountId))
    .where(inArray(questions.state, [...states]))
    .orderBy(asc(questions.id))
    .limit(limit);
}

/** What came after the question, oldest first. */
export async function listReplies(queries: Queries, accountId: string, questionId: string): Promise<QuestionReply[]> {
  return queries
    .select({
      id: questionReplies.id,
      text: questionReplies.text,
      byName: questionReplies.repliedByName,
      isSupport: questionReplies.isSupport,
      state: questionReplies.state,
      credit: {
        grantId: creditGrants.id,
        amount: sql<DecimalText>`trim_scale(${creditGrants.amount})`,
        currency: creditGrants.currency,
      },
      at: questionReplies.at,
    })
    .from(questionReplies)
    .leftJoin(creditGrants, eq(creditGrants.id, questionReplies.creditGrantId))
    .where(and(eq(questionReplies.accountId, accountId), eq(questionReplies.questionId, questionId)))
    .orderBy(asc(questionReplies.id));
}

/** Whether support granted a credit since the customer last opened the question. */
export async function isCredited(tx: Queries, { accountId, id, round }: Question): Promise<boolean> {
  const rows = await tx
    .select({ id: questionReplies.id })
    .from(questionReplies)
    .where(
      and(
        eq(questionReplies.accountId, accountId),
        eq(questionReplies.questionId, id),
        eq(questionReplies.round, round),
        isNotNull(questionReplies.creditGrantId),
      ),
    );
  return rows.length > 0;
}

/** Writes what was said and the state it leads to. A second credit in a round violates `question_replies_one_credit`. */
export async function insertReply(
  tx: Queries,
  { accountId, id }: Question,
  reply: { text: string | null; state: QuestionState; round: number; creditGrantId: string | null },
  by: Speaker,
  now: Date,
): Promise<void> {
  await tx.insert(questionReplies).values({
    accountId,
    questionId: id,
    ...reply,
    repliedBy: by.principal,
    repliedByName: by.name,
    isSupport: by.isSupport,
    at: now,
  });
  await tx
    .update(questions)
    .set({ state: reply.state, round: reply.round, changedAt: now })
    .where(and(eq(questions.accountId, accountId), eq(questions.id, id)));
}

/** Somebody to tell by mail. */
export interface Addressee {
  userId: string;
  email: string;
}

const ADDRESSEE = { userId: users.id, email: users.email };

/** Whom to tell on the customer's side: who asked, as long as they are a member; else those who own it or pay for it. */
export async function customersToTell(tx: Queries, { accountId, userId }: Question): Promise<Addressee[]> {
  const members = await tx
    .select({ ...ADDRESSEE, role: memberships.role })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.accountId, accountId))
    .orderBy(asc(users.id));
  const asker = members.filter((member) => member.userId === userId);
  return asker.length > 0 ? asker : members.filter(({ role }) => role !== 'member');
}

/** Whom to tell on our side. */
export async function supportToTell(tx: Queries): Promise<Addressee[]> {
  return tx.select(ADDRESSEE).from(users).where(eq(users.platformRole, 'support')).orderBy(asc(users.id));
}

function questionsWhere(queries: Queries, condition: ReturnType<typeof and>) {
  return queries
    .select(QUESTION)
    .from(questions)
    .innerJoin(frozenExplanations, ITS_EXPLANATION)
    .where(condition)
    .$dynamic();
}
