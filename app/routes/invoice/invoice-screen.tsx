import type { InvoicePage } from '#server/pages/spend-pages.types.ts';
import { productOf } from '../../spend/line-name.ts';
import { Unpriced } from '../../spend/unpriced.tsx';
import { Chosen } from './chosen.tsx';
import { InvoiceHead } from './invoice-head.tsx';
import { LineTable } from './line-table.tsx';
import { ProductNav } from './product-nav.tsx';
import { Totals } from './totals.tsx';
import { useOpenTarget } from './use-open-target.ts';

interface InvoiceScreenProps {
  page: InvoicePage;
  loadedAt: string;
}

/** One invoice: what it comes to, every charge in it or some of them, and how each was computed. */
export function InvoiceScreen({ page: { invoice, arithmetic, chosen }, loadedAt }: InvoiceScreenProps) {
  useOpenTarget();
  const lines =
    chosen === null ? invoice.lines : invoice.lines.filter(({ chargeId }) => chosen.chargeIds.includes(chargeId));
  const products = [...new Set(lines.map(productOf))].map((name) => ({
    name,
    lines: lines.filter((line) => productOf(line) === name),
  }));
  return (
    <>
      <InvoiceHead invoice={invoice} loadedAt={loadedAt} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {chosen !== null && <Chosen invoice={invoice} chosen={chosen} />}
        {products.length > 1 && <ProductNav products={products} />}
        {lines.length === 0 && chosen === null && (
          <p className="card text-ink-2">There is no charge on this invoice.</p>
        )}
        {products.map(({ name, lines: ofProduct }) => (
          <LineTable key={name} invoice={invoice} product={name} lines={ofProduct} />
        ))}
        <Totals invoice={invoice} arithmetic={arithmetic} isAll={chosen === null} />
        <Unpriced usage={invoice.unpriced} />
        {invoice.contentSha256 && (
          <p className="text-fine text-ink-3">
            SHA-256 of what was issued: <span className="break-anywhere font-mono">{invoice.contentSha256}</span>
          </p>
        )}
      </div>
    </>
  );
}
