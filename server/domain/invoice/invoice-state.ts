/** `projected` while the period is open, `draft` in its grace time, then `final` for good; `void` when taken back. */
export type InvoiceState = 'projected' | 'draft' | 'final' | 'void';

/** What people call each state; what may still change says so. */
export const STATE_WORDS: Record<InvoiceState, string> = {
  projected: 'so far, estimated',
  draft: 'draft, estimated',
  final: 'final',
  void: 'void',
};
