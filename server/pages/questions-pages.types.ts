import type { QuestionState } from '../domain/question-state.ts';
import type { ChangeTold } from '../explanation/kept/frozen-change.ts';
import type { ChargeAskedAbout } from '../support/question-explanation.ts';
import type { ShownChanges } from './spend-pages.types.ts';

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

/** A difference that was kept, as a page shows it. */
export type ChangeShown = Omit<ChangeTold, 'changes'> & { changes: ShownChanges };

/** One question with its history, as customer and support see it. */
export interface QuestionPage {
  account: PageAccount & { currency: string; minorUnit: number };
  question: QuestionHead & {
    /** `null` where it is about a difference. */
    chargeId: string | null;
    eventRefs: { source: string; id: string }[];
    /** The explanation it was asked of was metered through then. */
    meteredThrough: string;
    sha256: string;
  };
  about:
    | (Omit<ChargeAskedAbout, 'changes'> & { changes: ShownChanges | null })
    | { kind: 'change'; told: ChangeShown }
    | null;
  entries: QuestionEntry[];
  /** What the addresses of links begin with. */
  linksBegin: string;
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

/** What the form for asking shows of the charge, or the difference. */
export interface AskPage {
  account: PageAccount;
  of: 'charge' | 'difference';
  description: string;
  meteredThrough: string;
}

/** What came of a form: the question, or what was wrong with which field, in words for the person. */
export type QuestionFormAnswer = { questionId: string } | { field: 'text' | 'credit'; error: string };
