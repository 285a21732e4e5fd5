import type { Redaction } from '../database/support/frozen-explanations.ts';
import type { Explanation, ExplanationPage } from '../explanation/explanation.types.ts';
import type { FrozenContent } from '../explanation/kept/frozen-content.ts';

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

/** Links of an account, each with the charge it shows; newest first. */
export interface ExplanationLinksPage {
  account: { id: string; name: string; timeZone: string; kind: string };
  data: (ExplanationLinkView & {
    chargeId: string;
    /** What the charge is called; without names where the link hides them. */
    description: string;
  })[];
  nextCursor: string | null;
}

/** What a link shows to whoever has it. */
export interface SharedExplanation {
  content: FrozenContent;
  contentSha256: string;
  sharedAt: string;
  expiresAt: string;
  /** Whether resources, intervals and events can be opened. */
  goesDeeper: boolean;
  /** Of a reader who may see the charge: what it comes to now, exactly, and where it is; else `null`. */
  now: { accountId: string; chargeId: string; amountExact: string; meteredThrough: string } | null;
}

/** A page below what a link shows, read as of its watermark, with the explanation it is of. */
export interface SharedBelow<Row> extends ExplanationPage<Row> {
  explanation: Explanation;
}
