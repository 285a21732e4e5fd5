/** What the maker of an explanation link leaves out of it. */
export interface Redaction {
  /** The payloads (`data`) of events. */
  hidePayloads: boolean;
  /** What resources, apps and processes are called. */
  hideNames: boolean;
}

/** An explanation as it was at one watermark, to be kept and shown again. */
export interface FrozenExplanation {
  /** Canonical JSON text, as it was hashed. */
  content: string;
  /** SHA-256 of `content`, hex. */
  sha256: string;
  meteredThroughMicros: number;
  /** What the charge is called, in one line; without names where they are hidden. */
  description: string;
}

/** Opens a charge and freezes what is inside; `null` when the account has no such charge. */
export type Freeze = (accountId: string, chargeId: string, redaction: Redaction) => Promise<FrozenExplanation | null>;
