import { getAccount } from '../database/accounts/accounts.ts';
import type { Queries } from '../database/database.types.ts';
import { grantCredit, grantedBetween } from '../database/invoices/credits.ts';
import { validExplanationLink } from '../database/support/explanation-links.ts';
import type { FrozenExplanation } from '../database/support/frozen-explanations.ts';
import { keepFrozen } from '../database/support/frozen-explanations.ts';
import { writeMails } from '../database/support/mails.ts';
import {
  customersToTell,
  type EventRef,
  getQuestion,
  insertQuestion,
  insertReply,
  isCredited,
  type Question,
  type Speaker,
  supportToTell,
} from '../database/support/questions.ts';
import { changeOfId } from '../domain/change-id.ts';
import { minorUnitOf } from '../domain/currencies.ts';
import { AMOUNT_DECIMALS, fixedText, moneyText, parseAmount, roundToMinorUnit } from '../domain/money.ts';
import type { DecimalText } from '../domain/pricing/price-common.ts';
import { stateAfterReply } from '../domain/question-state.ts';
import { type QuestionChange, questionMail } from '../outbox/question-mails.ts';

const DAY_MS = 86_400_000;
/** How many events one question may name. */
export const QUESTION_EVENTS = 100;

/** Something that cannot be done with this question; `what` it is of the request, the message is for whoever asked. */
export class QuestionRefusedError extends Error {
  constructor(
    readonly what: 'linkId' | 'credit' | 'amount' | 'limit',
    message: string,
  ) {
    super(message);
    this.name = 'QuestionRefusedError';
  }
}

/** A question as it is asked: of an explanation frozen for it, or of the one that a link shows. */
export interface NewQuestion {
  /** The charge, or the difference. */
  chargeId: string;
  asked: { frozen: FrozenExplanation } | { linkId: string };
  eventRefs: EventRef[];
  text: string;
}

/** In each, `tx` is a SERIALIZABLE transaction; mails are written in it. `null`: the account has no such question. */
export interface Questions {
  /** @throws QuestionRefusedError (`linkId`) when the link does not open, or shows another charge */
  ask: (tx: Queries, accountId: string, question: NewQuestion, by: Speaker) => Promise<Question | null>;
  /**
   * Support answers, and may grant a credit that names the charge and the events; anybody else opens the question again.
   * @throws QuestionRefusedError for a credit that is granted already since the customer last wrote, cannot be, or is beyond the limit
   */
  reply: (
    tx: Queries,
    accountId: string,
    questionId: string,
    reply: { text: string; credit: DecimalText | null },
    by: Speaker,
  ) => Promise<Question | null>;
  /** What is closed already stays as it is. */
  close: (tx: Queries, accountId: string, questionId: string, by: Speaker) => Promise<Question | null>;
}

/** What questions need beside their transaction. */
export interface QuestionsDeps {
  /** Where mails lead to. */
  publicUrl: string;
  /** The most that one of support grants an account in a day (UTC), in the account's currency; operators are not limited. */
  supportCreditLimit: DecimalText;
  now: () => Date;
}

/** Questions of customers and what support makes of them. */
export function createQuestions({ publicUrl, supportCreditLimit, now }: QuestionsDeps): Questions {
  /** Tells the other side, and nobody of what they did themselves. */
  const tell = async (tx: Queries, question: Question, change: QuestionChange, by: Speaker, credit?: string) => {
    const account = await getAccount(tx, question.accountId);
    const others = by.isSupport ? await customersToTell(tx, question) : await supportToTell(tx);
    const addressees = others.filter(({ userId }) => userId !== by.userId);
    const about = {
      accountId: question.accountId,
      accountName: account?.name ?? question.accountId,
      questionId: question.id,
      description: question.description,
      ofCharge: changeOfId(question.chargeId) === null,
      byName: by.name,
      ...(credit === undefined ? {} : { credit }),
    };
    const mail = questionMail(publicUrl, change, about);
    await writeMails(
      tx,
      addressees.map(({ email }) => ({ to: email, ...mail })),
      now(),
    );
  };

  return {
    ask: async (tx, accountId, { chargeId, asked, eventRefs, text }, by) => {
      const contentSha256 =
        'frozen' in asked ? asked.frozen.sha256 : await shownByLink(tx, accountId, chargeId, asked.linkId, now());
      if ('frozen' in asked) await keepFrozen(tx, accountId, chargeId, asked.frozen, now());
      const linkId = 'linkId' in asked ? asked.linkId : null;
      const id = await insertQuestion(tx, accountId, { chargeId, contentSha256, linkId, eventRefs, text }, by, now());
      const question = await getQuestion(tx, accountId, id);
      // A question is for support, also when one of them asks it for a customer.
      if (question !== null) await tell(tx, question, 'asked', { ...by, isSupport: false });
      return question;
    },

    reply: async (tx, accountId, questionId, { text, credit }, by) => {
      const question = await getQuestion(tx, accountId, questionId);
      if (question === null) return null;
      const granted =
        credit === null ? null : await creditFor(tx, question, credit, by, { limit: supportCreditLimit, now: now() });
      const state = stateAfterReply(question.state, { isSupport: by.isSupport, withCredit: granted !== null });
      const opensAgain = !by.isSupport && question.state !== 'open';
      const round = question.round + (opensAgain ? 1 : 0);
      const written = { text, state, round, creditGrantId: granted?.grantId ?? null };
      await insertReply(tx, question, written, by, now());
      const change = !by.isSupport ? 'reply' : granted === null ? 'answered' : 'credited';
      await tell(tx, question, change, by, granted?.shown);
      return { ...question, state, round, changedAt: now() };
    },

    close: async (tx, accountId, questionId, by) => {
      const question = await getQuestion(tx, accountId, questionId);
      if (question === null || question.state === 'closed') return question;
      const { round } = question;
      await insertReply(tx, question, { text: null, state: 'closed', round, creditGrantId: null }, by, now());
      await tell(tx, question, 'closed', by);
      return { ...question, state: 'closed', changedAt: now() };
    },
  };
}

async function shownByLink(
  tx: Queries,
  accountId: string,
  chargeId: string,
  linkId: string,
  now: Date,
): Promise<string> {
  const link = await validExplanationLink(tx, accountId, linkId, now);
  if (link?.chargeId === chargeId) return link.contentSha256;
  throw new QuestionRefusedError('linkId', 'Must be a link of this account and charge that still opens.');
}

async function creditFor(
  tx: Queries,
  question: Question,
  amount: DecimalText,
  by: Speaker,
  { limit, now }: { limit: DecimalText; now: Date },
): Promise<{ grantId: string; shown: string }> {
  const account = await getAccount(tx, question.accountId);
  if (account === null || !by.isSupport) throw new QuestionRefusedError('credit', 'Only support grants credits.');
  const { currency } = account;
  const minorUnit = minorUnitOf(currency);
  const exact = /^\d{1,20}(\.\d{1,12})?$/.test(amount) ? parseAmount(amount) : 0n;
  if (exact <= 0n || roundToMinorUnit(exact, minorUnit) !== exact) {
    const message = `Must be a decimal above zero with at most ${minorUnit} decimals: invoices are in ${currency}.`;
    throw new QuestionRefusedError('amount', message);
  }
  if (await isCredited(tx, question)) {
    const message = 'A credit was granted for this question already. Another can follow when the customer replies.';
    throw new QuestionRefusedError('credit', message);
  }
  if (!by.isOperator) await requireWithin(tx, question.accountId, { exact, currency, limit }, by, now);
  const reason = creditReason(question);
  const granted = { amount, currency, reason, expiresAt: null, by };
  const { id } = await grantCredit(tx, question.accountId, granted, now);
  return { grantId: id, shown: `${moneyText(exact, minorUnit)} ${currency}` };
}

/** In the transaction that grants: two at once cannot both find room. */
async function requireWithin(
  tx: Queries,
  accountId: string,
  { exact, currency, limit }: { exact: bigint; currency: string; limit: DecimalText },
  { principal }: Speaker,
  now: Date,
): Promise<void> {
  const from = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  const today = { from, to: new Date(from.getTime() + DAY_MS) };
  const granted = parseAmount(await grantedBetween(tx, accountId, { principal, currency }, today));
  const most = parseAmount(limit);
  if (granted + exact <= most) return;
  const money = (amount: bigint) => `${fixedText(amount, AMOUNT_DECIMALS, minorUnitOf(currency))} ${currency}`;
  const left = granted < most ? most - granted : 0n;
  throw new QuestionRefusedError(
    'limit',
    `Support grants an account at most ${money(most)} a day (UTC); you can grant ${money(left)} more today. An operator can grant more.`,
  );
}

const EVENTS_NAMED = 3;
const LONGEST_NAME = 60;

/** What the customer reads beside the credit: which charge or difference it is for, and which events. */
function creditReason({ id, chargeId, description, eventRefs }: Question): string {
  const named = eventRefs.slice(0, EVENTS_NAMED).map((ref) => `${cut(ref.id)} of ${cut(ref.source)}`);
  const others = eventRefs.length - named.length;
  const events = [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ');
  const charge = changeOfId(chargeId) === null ? `charge ${cut(chargeId)}, ` : '';
  const about = `${cut(description, 2 * LONGEST_NAME)} (${charge}question ${id})`;
  return events === '' ? about : `${about}; events: ${events}`;
}

function cut(name: string, longest = LONGEST_NAME): string {
  const characters = [...name];
  return characters.length <= longest ? name : `${characters.slice(0, longest - 1).join('')}…`;
}
