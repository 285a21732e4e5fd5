import type { InvoiceState } from '#server/billing/invoice.types.ts';

const WORDS: Record<InvoiceState, string> = {
  projected: 'so far, estimated',
  draft: 'draft, estimated',
  final: 'final',
  void: 'void',
};

const LOOKS: Record<InvoiceState, string> = {
  projected: 'tag tag-open',
  draft: 'tag tag-open',
  final: 'tag',
  void: 'tag tag-void',
};

/** Final is solid; what may still change is dashed; what is taken back is neither. */
export function StateTag({ state }: { state: InvoiceState }) {
  return <span className={LOOKS[state]}>{WORDS[state]}</span>;
}
