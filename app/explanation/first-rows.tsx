import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { CostingEvent, ExplainedInterval, Explanation, FirstRows } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';
import { eventText } from './event-words.ts';
import { IntervalRow } from './interval-table.tsx';

type Of = Pick<Explanation, 'account' | 'charge' | 'invoice'>;

interface FirstRowsProps<Row> {
  explanation: Of;
  first: FirstRows<Row>;
  loadedAt: string | null;
  /** Where an event can be looked at; absent where nothing can be opened. */
  event?: ((event: { source: string; id: string }) => string) | undefined;
}

/** The intervals that cost most; what all others come to is a row, so that they add up to the charge. */
export function FirstIntervals({ first, ...props }: FirstRowsProps<ExplainedInterval>) {
  const { explanation } = props;
  return (
    <table className="numbers numbers-dense mt-3">
      <caption className="sr-only">Intervals that cost most</caption>
      <Head currency={explanation.invoice.currency} what="From, until" />
      <tbody>
        {first.rows.map((row) => (
          <IntervalRow key={`${row.from} ${row.eventId} ${row.slot}`} row={row} {...props} withResource />
        ))}
        <Others explanation={explanation} first={first} one="interval" many="intervals" />
      </tbody>
    </table>
  );
}

/** What the first events are called, by what they are first. */
export const firstEventsTitle = ({ by }: Pick<FirstRows<unknown>, 'by'>): string =>
  by === 'amount' ? 'Events that cost most' : 'Largest events';

/** The events that cost most, or are largest, in words. */
export function FirstEvents({ explanation, first, loadedAt, event }: FirstRowsProps<CostingEvent>) {
  const { account, charge, invoice } = explanation;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">{firstEventsTitle(first)}</caption>
      <Head currency={invoice.currency} what="Event" />
      <tbody>
        {first.rows.map((row) => {
          const words = row.said === undefined ? row.resource : eventText(row.said, row.resource);
          return (
            <tr key={`${row.source} ${row.id}`}>
              <th scope="row" className="break-anywhere">
                <time dateTime={row.eventTime} title={row.eventTime} className="text-ink-2">
                  {momentText(row.eventTime, account.timeZone, loadedAt)}
                </time>{' '}
                {event === undefined ? (
                  words
                ) : (
                  <Link className="text-link" to={event(row)}>
                    {words}
                  </Link>
                )}
              </th>
              <td className="n on-wide">
                <QuantityValue measure={charge} quantity={row.quantity} withUnit />
              </td>
              <td className="n">{exactText(row.amountExact, invoice.minorUnit)}</td>
            </tr>
          );
        })}
        <Others explanation={explanation} first={first} one="event" many="events" />
      </tbody>
    </table>
  );
}

function Head({ currency, what }: { currency: string; what: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{what}</th>
        <th scope="col" className="n on-wide">
          Quantity
        </th>
        <th scope="col" className="n">
          {currency}, exactly
        </th>
      </tr>
    </thead>
  );
}

interface OthersProps {
  explanation: Of;
  first: Omit<FirstRows<unknown>, 'rows'>;
  one: string;
  many: string;
}

/** All that is not shown, so that all add up; what costs nothing is folded into one line. */
function Others({ explanation: { invoice }, first: { others, othersAmountExact, free }, one, many }: OthersProps) {
  const counted = (count: number) => `${exactText(String(count))} ${count === 1 ? one : many}`;
  return (
    <>
      {others > 0 && (
        <tr>
          <th scope="row" className="text-ink-2">
            {counted(others)} more
          </th>
          <td className="on-wide" />
          <td className="n">{exactText(othersAmountExact, invoice.minorUnit)}</td>
        </tr>
      )}
      {free > 0 && (
        <tr>
          <th scope="row" className="text-ink-2">
            {counted(free)} that cost nothing
          </th>
          <td className="on-wide" />
          <td className="n">{exactText('0', invoice.minorUnit)}</td>
        </tr>
      )}
    </>
  );
}
