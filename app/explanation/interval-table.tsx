import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { ExplainedInterval, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';

interface IntervalTableProps {
  explanation: Pick<Explanation, 'charge' | 'invoice' | 'account'>;
  rows: readonly ExplainedInterval[];
  loadedAt: string | null;
  /** Where an event can be looked at; absent where nothing can be opened. */
  event?: (event: { source: string; id: string }) => string;
}

/** What ran from when to when, at which level, and what that added; stretch by stretch as it was charged. */
export function IntervalTable({ explanation, rows, loadedAt, event }: IntervalTableProps) {
  const { charge, invoice, account } = explanation;
  const moment = (instant: string) => momentText(instant, account.timeZone, loadedAt);
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">Intervals</caption>
      <thead>
        <tr>
          <th scope="col">From, until</th>
          <th scope="col" className="n on-wide">
            Quantity
          </th>
          <th scope="col" className="n">
            {invoice.currency}, exactly
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.from} ${row.eventId} ${row.slot}`}>
            <th scope="row" className="break-anywhere">
              <time dateTime={row.from} title={row.from}>
                {moment(row.from)}
              </time>
              {', until '}
              <time dateTime={row.to} title={row.to}>
                {row.open ? `${moment(row.to)} and going on` : moment(row.to)}
              </time>
              <span className="block text-fine text-ink-3">
                {row.slot > 0 && `slot ${row.slot}, `}level {exactText(row.level)}
                {Object.entries(row.dimensions)
                  .filter(([, value]) => value !== '')
                  .map(([name, value]) => `, ${name} ${value}`)}
                {!isZero(row.covered) && ', by license'}
                {!isZero(row.included) && ', included'}
                {event && (
                  <>
                    , begun by{' '}
                    <Link className="text-link" to={event({ source: row.source, id: row.eventId })}>
                      the event
                    </Link>
                  </>
                )}
                {event && row.endedBy && (
                  <>
                    , ended by{' '}
                    <Link className="text-link" to={event(row.endedBy)}>
                      another
                    </Link>
                  </>
                )}
              </span>
            </th>
            <td className="n on-wide">
              <QuantityValue measure={charge} quantity={row.quantity} withUnit />
            </td>
            <td className="n">{exactText(row.amountExact, invoice.minorUnit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
