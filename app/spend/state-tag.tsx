import type { InvoiceState } from '#server/services/invoice.types.ts';

const WORDS: Record<InvoiceState, string> = {
  projected: 'so far, estimated',
  draft: 'draft, estimated',
  final: 'final',
  void: 'void',
};

/** Final is solid; what may still change is dashed. */
export function StateTag({ state }: { state: InvoiceState }) {
  return <span className={state === 'final' ? 'tag' : 'tag tag-open'}>{WORDS[state]}</span>;
}
