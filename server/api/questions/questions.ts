import { z } from 'zod';
import { frozenExplanation } from '../../database/support/frozen-explanations.ts';
import { getQuestion, listQuestions, listReplies, type Question } from '../../database/support/questions.ts';
import { QUESTION_LONGEST } from '../../domain/policy.ts';
import type { Freeze } from '../../explanation/explanation.types.ts';
import { QUESTION_EVENTS, QuestionRefusedError, type Questions } from '../../support/questions.ts';
import { existingAccount } from '../accounts/accounts.ts';
import { decimalSchema } from '../endpoint/decimal-schema.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, linesSchema, pageOf, pageQuerySchema, pageSchema } from '../endpoint/schemas.ts';
import { speakerOfPrincipal } from '../endpoint/speaker.ts';
import { frozenAsked, subjectFields, subjectIdOf } from '../explanations/frozen-asked.ts';
import {
  eventRefSchema,
  questionHistorySchema,
  questionSchema,
  shownHistory,
  shownQuestion,
} from './question-schema.ts';

const accountParams = z.object({ accountId: callerIdSchema });
const questionParams = accountParams.extend({ questionId: callerIdSchema });

const newQuestionSchema = z.strictObject({
  ...subjectFields,
  linkId: callerIdSchema.nullish().meta({ description: 'Ask of what this explanation link shows.' }),
  eventRefs: z
    .array(eventRefSchema)
    .max(QUESTION_EVENTS, `Must be at most ${QUESTION_EVENTS} events.`)
    .refine(
      (refs) => new Set(refs.map(({ source, id }) => JSON.stringify([source, id]))).size === refs.length,
      'Must not name an event twice.',
    )
    .default([])
    .meta({ description: 'The events it is about; none: all of the charge.' }),
  text: linesSchema(QUESTION_LONGEST),
});

interface QuestionDeps {
  freeze: Freeze;
  questions: Questions;
}

/** Questions about charges and differences: asked by people who may see the account, answered and credited by support. */
export function addQuestionEndpoints(api: Api, deps: QuestionDeps): void {
  addAsking(api, deps);
  addQuestionList(api);
  addQuestionReading(api);
  addReplying(api, deps);
  addQuestionClosing(api, deps);
}

function addAsking(api: Api, { freeze, questions }: QuestionDeps): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/questions',
      tag: 'Questions',
      summary: 'Ask about a charge, or about a difference',
      description:
        'The explanation of the charge (`chargeId`), or the difference (`change`) with its drivers, is kept as it is now, so that support sees what was asked about.',
      role: 'member',
      params: accountParams,
      body: newQuestionSchema,
      answers: { 201: { description: 'Asked.', schema: questionSchema } },
      prepare: async ({ params: { accountId }, body, queries }) => {
        await existingAccount(queries, accountId);
        const chargeId = subjectIdOf(body);
        if (body.linkId) return { chargeId, asked: { linkId: body.linkId } };
        const whole = { hidePayloads: false, hideNames: false };
        return { chargeId, asked: { frozen: await frozenAsked(freeze, accountId, chargeId, whole) } };
      },
    },
    async ({ params: { accountId }, body: { eventRefs, text }, principal, queries, prepared }) => {
      const by = speakerOfPrincipal(principal);
      const question = await done(questions.ask(queries, accountId, { ...prepared, eventRefs, text }, by));
      return { status: 201, body: shownQuestion(question) };
    },
  );
}

function addQuestionList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/questions',
      tag: 'Questions',
      summary: 'Questions of an account, newest first',
      role: 'read',
      params: accountParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(questionSchema) } },
    },
    async ({ params: { accountId }, query, queries }) => {
      await existingAccount(queries, accountId);
      const page = { before: query.cursor ?? null, limit: query.limit + 1 };
      const rows = await listQuestions(queries, accountId, page);
      return { status: 200, body: pageOf(rows, query.limit, (row) => row.id, shownQuestion) };
    },
  );
}

function addQuestionReading(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/questions/{questionId}',
      tag: 'Questions',
      summary: 'A question with its explanation and what came after',
      role: 'read',
      params: questionParams,
      answers: { 200: { description: 'The question.', schema: questionHistorySchema } },
    },
    async ({ params: { accountId, questionId }, queries }) => {
      const question = existing(await getQuestion(queries, accountId, questionId), questionId);
      const frozen = await frozenExplanation(queries, accountId, question);
      if (frozen === null) throw new Error(`question ${questionId} has no explanation`);
      const replies = await listReplies(queries, accountId, questionId);
      return { status: 200, body: shownHistory(question, frozen, replies) };
    },
  );
}

function addReplying(api: Api, { questions }: QuestionDeps): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/questions/{questionId}/replies',
      tag: 'Questions',
      summary: 'Reply to a question; support may grant a credit with it',
      description:
        'People of support and operator keys answer; everybody else opens the question again. The credit names the charge and the events of the question, and is granted once until the customer replies. What one person of support grants an account in a day (UTC) has a limit, beyond it is 403; operators have none.',
      role: 'member',
      params: questionParams,
      body: z.strictObject({
        text: linesSchema(QUESTION_LONGEST),
        credit: z
          .strictObject({ amount: decimalSchema })
          .nullish()
          .meta({ description: 'In the currency of the account; support only.' }),
      }),
      answers: { 201: { description: 'Said.', schema: questionSchema } },
    },
    async ({ params: { accountId, questionId }, body: { text, credit }, principal, queries }) => {
      const by = speakerOfPrincipal(principal);
      if (credit && !by.isSupport) throw new Problem(403, 'Only support and operators grant credits.');
      const reply = { text, credit: credit?.amount ?? null };
      const question = await done(questions.reply(queries, accountId, questionId, reply, by), questionId);
      return { status: 201, body: shownQuestion(question) };
    },
  );
}

function addQuestionClosing(api: Api, { questions }: QuestionDeps): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/questions/{questionId}/close',
      tag: 'Questions',
      summary: 'Close a question; a reply of the customer opens it again',
      role: 'member',
      params: questionParams,
      answers: { 200: { description: 'Closed, now or before.', schema: questionSchema } },
    },
    async ({ params: { accountId, questionId }, principal, queries }) => {
      const closed = questions.close(queries, accountId, questionId, speakerOfPrincipal(principal));
      return { status: 200, body: shownQuestion(await done(closed, questionId)) };
    },
  );
}

/** Which part of the request a refusal is about, and whether it is wrong (400), not theirs to do (403) or against what is stored (409). */
const REFUSALS = {
  linkId: [400, '#/linkId'],
  amount: [400, '#/credit/amount'],
  credit: [409, '#/credit'],
  limit: [403, '#/credit/amount'],
} as const;

async function done(change: Promise<Question | null>, questionId = ''): Promise<Question> {
  try {
    return existing(await change, questionId);
  } catch (error) {
    if (!(error instanceof QuestionRefusedError)) throw error;
    const [status, pointer] = REFUSALS[error.what];
    throw refused(status, pointer, error.message);
  }
}

function existing(question: Question | null, questionId: string): Question {
  if (question !== null) return question;
  throw new Problem(404, `There is no question "${questionId}" in this account.`);
}
