import type { UnpricedUsage } from '#server/billing/invoice.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';

/** Usage no price is for: said in words, never shown as an amount of zero. */
export function Unpriced({ usage }: { usage: UnpricedUsage[] }) {
  if (usage.length === 0) return null;
  return (
    <section className="card" aria-labelledby="unpriced">
      <h2 id="unpriced" className="mb-2">
        Unpriced usage
      </h2>
      <p className="mb-2 text-fine text-ink-3">
        Your rate card has no price for this usage. It is not charged, which is not the same as a price of zero.
      </p>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">Meter</th>
            <th scope="col" className="n">
              Quantity
            </th>
          </tr>
        </thead>
        <tbody>
          {usage.map((row) => (
            <tr key={JSON.stringify([row.meter, row.dimensions, row.corrects])}>
              <th scope="row" className="break-anywhere">
                {row.description}
                {Object.values(row.dimensions).length > 0 && (
                  <span className="text-ink-3"> · {Object.values(row.dimensions).join(' · ')}</span>
                )}
              </th>
              <td className="n">
                <QuantityValue measure={row} quantity={row.quantity} withUnit />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
