import { type InvoiceState, STATE_WORDS } from '#server/domain/invoice/invoice-state.ts';

const LOOKS: Record<InvoiceState, string> = {
  projected: 'tag tag-open',
  draft: 'tag tag-open',
  final: 'tag',
  void: 'tag tag-void',
};

/** Final is solid; what may still change is dashed; what is taken back is neither. */
export function StateTag({ state }: { state: InvoiceState }) {
  return <span className={LOOKS[state]}>{STATE_WORDS[state]}</span>;
}
