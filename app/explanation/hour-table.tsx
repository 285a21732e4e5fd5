import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { ExplainedWindow, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';

interface HourTableProps {
  explanation: Pick<Explanation, 'charge' | 'invoice' | 'account'>;
  rows: readonly ExplainedWindow[];
  loadedAt: string | null;
  /** Where the events of an hour are. */
  to: (hour: ExplainedWindow) => string;
}

/** The hours in which a resource was used, with what each adds; they lead to their events. */
export function HourTable({ explanation, rows, loadedAt, to }: HourTableProps) {
  const { charge, invoice, account } = explanation;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">Hours with usage</caption>
      <thead>
        <tr>
          <th scope="col">Hour from</th>
          <th scope="col" className="n on-wide">
            Quantity
          </th>
          <th scope="col" className="n">
            {invoice.currency}, exactly
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((hour) => (
          <tr key={hour.from}>
            <th scope="row">
              <Link className="text-link" to={to(hour)}>
                {momentText(hour.from, account.timeZone, loadedAt)}
              </Link>{' '}
              <span className="text-fine text-ink-3">
                {hour.events} {hour.events === 1 ? 'event' : 'events'}
              </span>
            </th>
            <td className="n on-wide">
              <QuantityValue measure={charge} quantity={hour.quantity} withUnit />
            </td>
            <td className="n">{exactText(hour.amountExact, invoice.minorUnit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
