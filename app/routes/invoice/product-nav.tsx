import type { InvoiceLine } from '#server/billing/invoice.types.ts';
import { productId } from '../../spend/line-name.ts';

/** The parts of an invoice at a glance, each a jump to its charges. */
export function ProductNav({ products }: { products: { name: string; lines: InvoiceLine[] }[] }) {
  return (
    <nav aria-label="Parts of this invoice" className="segments print:hidden">
      {products.map(({ name, lines }) => (
        <a key={name} href={`#${productId(name)}`}>
          {name} <span className="text-fine text-ink-3">{lines.length}</span>
        </a>
      ))}
      <a href="#totals">Total</a>
    </nav>
  );
}
