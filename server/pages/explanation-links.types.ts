import type { Redaction } from '../database/support/frozen-explanations.ts';
import type { Change } from '../domain/change-id.ts';
import type { Explanation, ExplanationPage } from '../explanation/explanation.types.ts';
import type { FrozenContent } from '../explanation/kept/frozen-content.ts';
import type { ChangeShown } from './questions-pages.types.ts';
import type { ShownChanges } from './spend-pages.types.ts';

/** A link as those who may see the charge see it; instants in RFC 3339. */
export interface ExplanationLinkView extends Redaction {
  id: string;
  note: string | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
  opens: number;
  /** The newest, at most so many as are shown; each from one network in one minute, `count` times. */
  openings: { id: number; at: string; count: number; network: string | null; signedIn: boolean }[];
}

/** Links of an account, each with the charge or the difference it shows; newest first. */
export interface ExplanationLinksPage {
  account: { id: string; name: string; timeZone: string; kind: string };
  data: (ExplanationLinkView & {
    /** The charge; else the difference. */
    chargeId: string | null;
    change: Change | null;
    /** What that is called; without names where the link hides them. */
    description: string;
  })[];
  nextCursor: string | null;
}

/** What a link to a charge shows to whoever has it. */
export interface SharedExplanation {
  kind: 'charge';
  content: Omit<FrozenContent, 'changes'>;
  /** What made the difference to the period before, all drivers; absent where an earlier version kept it. */
  changes?: ShownChanges | null;
  contentSha256: string;
  sharedAt: string;
  expiresAt: string;
  /** Whether resources, intervals and events can be opened. */
  goesDeeper: boolean;
  /** Of a reader who may see the charge: what it comes to now, exactly, and where it is; else `null`. */
  now: { accountId: string; chargeId: string; amountExact: string; meteredThrough: string } | null;
}

/** What a link to a difference shows to whoever has it: all drivers. */
export interface SharedChange {
  kind: 'change';
  told: ChangeShown;
  contentSha256: string;
  sharedAt: string;
  expiresAt: string;
  /** Of a reader who may see the account: where the difference is as it is now; else `null`. */
  now: { accountId: string; asked: Change } | null;
}

/** A page below what a link shows, read as of its watermark, with the explanation it is of. */
export interface SharedBelow<Row> extends ExplanationPage<Row> {
  explanation: Explanation;
}
