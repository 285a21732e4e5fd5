import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { EventSaid, ExplainedInterval, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';
import { eventText } from './event-words.ts';

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
              </span>
              <span className="block text-fine text-ink-3">
                {'begun by '}
                <EventLink of={{ source: row.source, id: row.eventId }} said={row.begun} row={row} to={event}>
                  an event
                </EventLink>
                {row.endedBy && (
                  <>
                    {', ended by '}
                    <EventLink of={row.endedBy} said={row.endedBy.said} row={row} to={event}>
                      another
                    </EventLink>
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

interface EventLinkProps {
  of: { source: string; id: string };
  said: EventSaid | undefined;
  row: ExplainedInterval;
  to: IntervalTableProps['event'];
  /** What it is called where it is not known what it says. */
  children: string;
}

/** An event in words, which lead to it where it can be looked at. */
function EventLink({ of, said, row, to, children }: EventLinkProps) {
  const words = said === undefined ? children : eventText(said, row.resource);
  return to === undefined ? (
    <span>{words}</span>
  ) : (
    <Link className="text-link" to={to(of)}>
      {words}
    </Link>
  );
}
