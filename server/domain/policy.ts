/**
 * How long a period that is over stays open to late events before its invoice is final, in milliseconds: two days, in which a
 * sender that was down over a weekend night or a long deploy catches up.
 */
export const GRACE_MS = 48 * 3_600_000;
