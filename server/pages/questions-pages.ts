import type { Viewer } from '../access/viewer.ts';
import type { Database, Queries } from '../database/database.types.ts';
import {
  type EventRef,
  getQuestion,
  isCredited,
  listQuestions,
  listReplies,
  type Question,
  questionsInStates,
} from '../database/support/questions.ts';
import { changeOfId } from '../domain/change-id.ts';
import { minorUnitOf } from '../domain/currencies.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { moneyText, parseAmount } from '../domain/money.ts';
import { QUESTION_LONGEST } from '../domain/policy.ts';
import { linesFault, tidyLines } from '../domain/text/lines.ts';
import { unfitInLine } from '../domain/text/plain-text.ts';
import type { Freeze } from '../explanation/explanation.types.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { AboutQuestion, QuestionAbout } from '../support/question-explanation.ts';
import { QUESTION_EVENTS, QuestionRefusedError, type Questions } from '../support/questions.ts';
import { speakerOf } from '../support/speaker.ts';
import { shown } from './changes-page.ts';
import { cursorAsked, notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import type {
  AskPage,
  InboxPage,
  QuestionFormAnswer,
  QuestionHead,
  QuestionPage,
  QuestionsPage,
} from './questions-pages.types.ts';

const QUESTIONS_ON_A_PAGE = 50;
const WAITING_SHOWN = 200;
const EVENT_NAME_LONGEST = 1_024;
const QUESTION_ID = /^qst_[a-z0-9]{1,60}$/;
/** Both sides of a frozen explanation are signed in and may see the account: nothing is hidden from them. */
const WHOLE = { hidePayloads: false, hideNames: false };

/** What the questions' pages are put together from. */
export interface QuestionsPagesDeps {
  database: Database;
  questions: Questions;
  freeze: Freeze;
  about: AboutQuestion;
  publicUrl: string;
  now: () => Date;
}

interface OneQuestion {
  accountId: string;
  questionId: string;
}

/** Builds the answers of the questions' pages and forms; see `PageAnswers.questions`. */
export function createQuestionsPages(deps: QuestionsPagesDeps) {
  return { ...questionsRead(deps), ...questionForms(deps) };
}

function questionsRead({ database: { queries }, about, publicUrl, now }: QuestionsPagesDeps) {
  const accountOf = (viewer: Viewer, accountId: string) => accountSeen(queries, viewer, accountId, now());
  return {
    list: async (viewer: Viewer, asked: { accountId: string; cursor?: string }): Promise<QuestionsPage> => {
      const account = await accountOf(viewer, asked.accountId);
      const before = cursorAsked(asked.cursor, QUESTION_ID);
      const page = { before, limit: QUESTIONS_ON_A_PAGE + 1 };
      const rows = await listQuestions(queries, account.id, page);
      const data = rows.slice(0, QUESTIONS_ON_A_PAGE);
      const nextCursor = rows.length > data.length ? (data.at(-1)?.id ?? null) : null;
      return { account: accountOfPage(account), data: data.map(headOf), nextCursor };
    },

    one: async (viewer: Viewer, { accountId, questionId }: OneQuestion): Promise<QuestionPage> => {
      const account = await accountOf(viewer, accountId);
      const question = isQuestionId(questionId) ? await getQuestion(queries, accountId, questionId) : null;
      if (question === null) throw noSuchQuestion();
      const { isSupport } = speakerOf(viewer);
      const { currency } = account;
      const { chargeId, eventRefs, meteredThroughMicros, contentSha256 } = question;
      const replies = await listReplies(queries, accountId, questionId);
      return {
        account: { ...accountOfPage(account), currency, minorUnit: minorUnitOf(currency) },
        question: {
          ...headOf(question),
          chargeId: changeOfId(chargeId) === null ? chargeId : null,
          eventRefs,
          meteredThrough: toRfc3339(meteredThroughMicros),
          sha256: contentSha256,
        },
        about: aboutShown(await about(question)),
        linksBegin: `${publicUrl}/s/`,
        entries: replies.map(({ id, text, byName, isSupport, state, credit, at }) => ({
          id,
          text,
          by: byName,
          isSupport,
          state,
          credit: credit && creditOf(credit),
          at: at.toISOString(),
        })),
        isSupport,
        mayCredit: isSupport && !(await isCredited(queries, question)),
      };
    },

    inbox: async (viewer: Viewer): Promise<InboxPage> => {
      if (!speakerOf(viewer).isSupport) throw notFound('There is no such page, or it is not yours to see.');
      const rows = await questionsInStates(queries, ['open'], WAITING_SHOWN + 1);
      const waiting = rows.slice(0, WAITING_SHOWN);
      return {
        waiting: waiting.map((question) => ({ ...headOf(question), accountName: question.accountName })),
        more: rows.length > waiting.length,
      };
    },
  };
}

function questionForms({ database, questions, freeze, now }: QuestionsPagesDeps) {
  const accountOf = (viewer: Viewer, accountId: string) => accountSeen(database.queries, viewer, accountId, now());
  const frozenOf = async (accountId: string, chargeId: string) => {
    const frozen = await freeze(accountId, chargeId, WHOLE);
    if (frozen === null) throw notFound('There is no such charge in this account, or nothing to compare.');
    return frozen;
  };
  const write = (work: (tx: Queries) => Promise<Question | null>) => written(database, work);
  return {
    askForm: async (viewer: Viewer, asked: { accountId: string; chargeId: string }): Promise<AskPage> => {
      const account = await accountOf(viewer, asked.accountId);
      const { description, meteredThroughMicros } = await frozenOf(account.id, asked.chargeId);
      const meteredThrough = toRfc3339(meteredThroughMicros);
      const of = changeOfId(asked.chargeId) === null ? 'charge' : 'difference';
      return { account: accountOfPage(account), of, description, meteredThrough };
    },

    ask: async (
      viewer: Viewer,
      asked: { accountId: string; chargeId: string; eventRefs: EventRef[]; text: string },
    ): Promise<QuestionFormAnswer> => {
      const { id } = await accountOf(viewer, asked.accountId);
      const text = tidyLines(asked.text);
      const fault = linesFault(text, QUESTION_LONGEST);
      if (fault !== null) return { field: 'text', error: fault };
      if (!areEvents(asked.eventRefs))
        return { field: 'text', error: `At most ${QUESTION_EVENTS} events can be named, each as its sender named it.` };
      const { chargeId, eventRefs } = asked;
      // Before the transaction, which would be held while measurements are read.
      const frozen = await frozenOf(id, chargeId);
      const question = { chargeId, asked: { frozen }, eventRefs, text };
      return write((tx) => questions.ask(tx, id, question, speakerOf(viewer)));
    },

    /** `credit` is what the form says, empty for none. */
    reply: async (
      viewer: Viewer,
      said: OneQuestion & { text: string; credit: string },
    ): Promise<QuestionFormAnswer> => {
      const { id } = await accountOf(viewer, said.accountId);
      if (!isQuestionId(said.questionId)) throw noSuchQuestion();
      const text = tidyLines(said.text);
      const fault = linesFault(text, QUESTION_LONGEST);
      if (fault !== null) return { field: 'text', error: fault };
      const credit = said.credit.trim() === '' ? null : said.credit.trim();
      return write((tx) => questions.reply(tx, id, said.questionId, { text, credit }, speakerOf(viewer)));
    },

    close: async (viewer: Viewer, { accountId, questionId }: OneQuestion): Promise<QuestionFormAnswer> => {
      const { id } = await accountOf(viewer, accountId);
      if (!isQuestionId(questionId)) throw noSuchQuestion();
      return write((tx) => questions.close(tx, id, questionId, speakerOf(viewer)));
    },
  };
}

/** With all drivers of a difference. */
function aboutShown(about: QuestionAbout | null): QuestionPage['about'] {
  if (about === null) return null;
  const whole = (changes: Changes) => shown(changes, changes.drivers.length);
  if (about.kind === 'charge') return { ...about, changes: about.changes && whole(about.changes) };
  return { kind: 'change', told: { ...about.told, changes: whole(about.told.changes) } };
}

async function accountSeen(queries: Queries, viewer: Viewer, accountId: string, now: Date) {
  return (await pageScope(queries, viewer, { accountId }, now)).account;
}

/** A form's write; what the person can put right is an answer, not a failure. */
async function written(
  database: Database,
  work: (tx: Queries) => Promise<Question | null>,
): Promise<QuestionFormAnswer> {
  try {
    const question = await database.serializable(work);
    if (question === null) throw noSuchQuestion();
    return { questionId: question.id };
  } catch (error) {
    if (!(error instanceof QuestionRefusedError)) throw error;
    return { field: 'credit', error: error.message };
  }
}

/** Whatever stands in an address may have been typed; the store takes no NUL. */
function isQuestionId(text: string): boolean {
  return QUESTION_ID.test(text);
}

function areEvents(refs: readonly EventRef[]): boolean {
  const isName = (name: string) => name !== '' && name.length <= EVENT_NAME_LONGEST && unfitInLine(name) === null;
  return refs.length <= QUESTION_EVENTS && refs.every(({ source, id }) => isName(source) && isName(id));
}

function noSuchQuestion(): Response {
  return notFound('There is no such question in this account.');
}

function headOf({ id, accountId, description, text, state, askedByName, askedAt, changedAt }: Question): QuestionHead {
  const at = { askedAt: askedAt.toISOString(), changedAt: changedAt.toISOString() };
  return { id, accountId, description, text, state, askedBy: askedByName, ...at };
}

function creditOf({ amount, currency }: { amount: string; currency: string }) {
  const minorUnit = minorUnitOf(currency);
  return { amount: moneyText(parseAmount(amount), minorUnit), currency, minorUnit };
}
