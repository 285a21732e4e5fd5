import type { QuestionState } from '../domain/question-state.ts';
import type { QuestionAbout } from '../support/question-explanation.ts';

interface PageAccount {
  id: string;
  name: string;
  timeZone: string;
  kind: string;
}

/** A question in a list. Instants are RFC 3339. */
export interface QuestionHead {
  id: string;
  accountId: string;
  /** What the charge is called. */
  description: string;
  text: string;
  state: QuestionState;
  askedBy: string;
  askedAt: string;
  changedAt: string;
}

/** A customer's questions, newest first. */
export interface QuestionsPage {
  account: PageAccount;
  data: QuestionHead[];
  nextCursor: string | null;
}

/** What one of both sides said, or did. */
export interface QuestionEntry {
  id: number;
  /** `null` where the question was closed. */
  text: string | null;
  by: string;
  isSupport: boolean;
  state: QuestionState;
  /** Granted with it; rounded as invoices are. */
  credit: { amount: string; currency: string; minorUnit: number } | null;
  at: string;
}

/** One question with its history, as customer and support see it. */
export interface QuestionPage {
  account: PageAccount & { currency: string; minorUnit: number };
  question: QuestionHead & {
    chargeId: string;
    eventRefs: { source: string; id: string }[];
    /** The explanation it was asked of was metered through then. */
    meteredThrough: string;
    sha256: string;
  };
  about: QuestionAbout | null;
  entries: QuestionEntry[];
  /** Who looks speaks for support, and may grant a credit now. */
  isSupport: boolean;
  mayCredit: boolean;
}

/** What support has to do: questions of all accounts that wait for an answer, in the order they were asked. */
export interface InboxPage {
  waiting: (QuestionHead & { accountName: string })[];
  /** Not all that wait are shown. */
  more: boolean;
}

/** What the form for asking shows of the charge. */
export interface AskPage {
  account: PageAccount;
  chargeId: string;
  description: string;
  meteredThrough: string;
}

/** What came of a form: the question, or what was wrong with which field, in words for the person. */
export type QuestionFormAnswer = { questionId: string } | { field: 'text' | 'credit'; error: string };
