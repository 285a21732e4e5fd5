import type { Projection } from '#server/billing/invoice.types.ts';
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
      <ForecastBar
        so={pixels(invoice.total)}
        low={pixels(low)}
        expected={pixels(expected)}
        high={pixels(high)}
        label={`So far ${money(invoice.total)}; expected ${money(expected)}, ${range}`}
      />
      <p className="mt-1 text-fine text-ink-3">{method}</p>
    </section>
  );
}

/** A float, good for pixels and for nothing else. */
function pixels(amount: string): number {
  return Math.max(0, Number(amount));
}

interface ForecastBarProps {
  so: number;
  low: number;
  expected: number;
  high: number;
  label: string;
}

function ForecastBar({ so, low, expected, high, label }: ForecastBarProps) {
  const end = Math.max(so, high) * 1.05 || 1;
  const x = (value: number) => `${((value / end) * 100).toFixed(2)}%`;
  return (
    <svg className="w-full" height="24" role="img" aria-label={label}>
      <rect className="share-track" y="8" width="100%" height="8" rx="4" />
      <rect className="series-1" y="8" width={x(so)} height="8" rx="4" />
      <rect className="forecast-range" x={x(low)} y="5" width={x(Math.max(high - low, end / 200))} height="14" rx="3" />
      <line className="forecast-expected" x1={x(expected)} x2={x(expected)} y1="2" y2="22" />
    </svg>
  );
}
