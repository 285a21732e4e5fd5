import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/services/invoice.types.ts';
import { paths } from '../../paths.ts';
import { productOf } from '../../spend/line-name.ts';
import { Unpriced } from '../../spend/unpriced.tsx';
import { InvoiceHead } from './invoice-head.tsx';
import { LineTable } from './line-table.tsx';
import { ProductNav } from './product-nav.tsx';
import { Totals } from './totals.tsx';
import { useOpenTarget } from './use-open-target.ts';

interface InvoiceScreenProps {
  invoice: InvoiceView;
  /** Shows the charges of this app only, `''` for those of none; `null` shows all. */
  app: string | null;
  asOf: string;
}

/** One invoice: what it comes to, every charge in it, and how each was computed. */
export function InvoiceScreen({ invoice, app, asOf }: InvoiceScreenProps) {
  useOpenTarget();
  const lines = app === null ? invoice.lines : invoice.lines.filter(({ lineValues }) => (lineValues.app ?? '') === app);
  const products = [...new Set(lines.map(productOf))].map((name) => ({
    name,
    lines: lines.filter((line) => productOf(line) === name),
  }));
  return (
    <>
      <InvoiceHead invoice={invoice} asOf={asOf} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {app !== null && (
          <p className="note-plain">
            Only the charges of <b className="font-semibold">{app === '' ? 'no app' : app}</b> are shown; the total is
            that of the whole invoice.{' '}
            <Link className="text-link" to={paths.invoice(invoice.accountId, invoice.id)}>
              Show all charges
            </Link>
          </p>
        )}
        {products.length > 1 && <ProductNav products={products} />}
        {lines.length === 0 && <p className="card text-ink-2">There is no charge on this invoice.</p>}
        {products.map(({ name, lines: ofProduct }) => (
          <LineTable key={name} invoice={invoice} product={name} lines={ofProduct} />
        ))}
        <Totals invoice={invoice} />
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
