import type { InvoiceLine } from '#server/billing/invoice.types.ts';
import { lineName } from './line-name.ts';

/** What is charged, and of which app and process. */
export function ChargeName({ line }: { line: Pick<InvoiceLine, 'description' | 'lineValues'> }) {
  return (
    <>
      {line.description} <span className="text-ink-3">{lineName(line)}</span>
    </>
  );
}
