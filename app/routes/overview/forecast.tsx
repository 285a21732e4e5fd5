import type { Projection } from '#server/billing/invoice.types.ts';
import { ScaleBar } from '../../chart/scale-bar.tsx';
import { moneyText } from '../../format/money.ts';
import { monthText } from '../../format/time.ts';
import type { ShownInvoice } from '../../live/live-invoice.ts';

/** Where the open period is heading: so far, the expected total and its range on one scale, and how that is known. */
export function Forecast({ invoice, projection }: Pick<ShownInvoice, 'invoice'> & { projection: Projection }) {
  const money = (amount: string) => moneyText(amount, invoice);
  const { low, expected, high, method } = projection;
  // Towards a month's end all three may be one amount: then there is nothing between.
  const range = money(low) === money(high) ? 'to the cent' : `between ${money(low)} and ${money(high)}`;
  return (
    <section className="min-w-0" aria-labelledby="forecast">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="forecast">Expected for {monthText(invoice.period.key).split(' ')[0]}</h2>
        <span className="tag tag-open">estimated</span>
      </div>
      <p className="mb-1 text-lead tabular-nums">
        {money(expected)} <span className="text-body whitespace-nowrap text-ink-2">{range}</span>
      </p>
      <ScaleBar
        amount={invoice.total}
        mark={expected}
        range={{ low, high }}
        label={`So far ${money(invoice.total)}; expected ${money(expected)}, ${range}`}
      />
      <p className="mt-1 text-fine text-ink-3">{method}</p>
    </section>
  );
}
