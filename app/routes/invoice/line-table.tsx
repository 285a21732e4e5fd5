import type { InvoiceLine, InvoiceView } from '#server/billing/invoice.types.ts';
import { isZero } from '#server/domain/decimal.ts';
import { moneyText } from '../../format/money.ts';
import { productId } from '../../spend/line-name.ts';
import { LineRow } from './line-row.tsx';

interface LineTableProps {
  invoice: InvoiceView;
  product: string;
  lines: InvoiceLine[];
}

/** Fewer charges of nothing than this need no folding away. */
const FOLD_FROM = 4;

/** The charges of one product; those of nothing, say because a license covers them, are folded where they are many. */
export function LineTable({ invoice, product, lines }: LineTableProps) {
  const ofNothing = lines.filter(({ amount }) => isZero(amount));
  const folded = ofNothing.length < FOLD_FROM ? [] : ofNothing;
  const shown = lines.filter((line) => !folded.includes(line));
  const id = productId(product);
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id} className="mb-2 scroll-mt-4">
        {product}
      </h2>
      {shown.length > 0 && <Lines invoice={invoice} caption={product} lines={shown} />}
      {folded.length > 0 && (
        <details className={shown.length > 0 ? 'mt-3' : ''}>
          <summary className="w-fit">
            {folded.length} charges of {moneyText('0', invoice)}
            <span className="text-ink-3">, covered by a license, included or too small</span>
          </summary>
          <Lines invoice={invoice} caption={`${product}, charges of nothing`} lines={folded} />
        </details>
      )}
    </section>
  );
}

function Lines({ invoice, caption, lines }: { invoice: InvoiceView; caption: string; lines: InvoiceLine[] }) {
  return (
    <table className="numbers">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Charge</th>
          <th scope="col" className="n on-wide">
            Quantity
          </th>
          <th scope="col" className="n on-full">
            Exactly
          </th>
          <th scope="col" className="n">
            {invoice.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <LineRow key={line.chargeId} line={line} invoice={invoice} />
        ))}
      </tbody>
    </table>
  );
}
