import { exactText } from '#server/domain/decimal.ts';
import type { ExplainedEvent, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { delayText, momentText } from '../format/time.ts';
import { eventText } from './event-words.ts';

interface EventTableProps {
  explanation: Pick<Explanation, 'charge' | 'invoice' | 'account'>;
  rows: readonly ExplainedEvent[];
  loadedAt: string | null;
  /** Renders what stands before an event, such as a box to choose it; absent where nothing can be done with it. */
  before?: (row: ExplainedEvent) => React.ReactNode;
  /** Renders what leads to its receipt. */
  receipt?: (row: ExplainedEvent) => React.ReactNode;
}

/** The events a charge is made of, in the order they count, each with what it adds and what was received. */
export function EventTable({ explanation, rows, loadedAt, before, receipt }: EventTableProps) {
  const { charge, invoice, account } = explanation;
  const moment = (instant: string) => momentText(instant, account.timeZone, loadedAt);
  const isOfOne = new Set(rows.map(({ resource }) => resource)).size === 1;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">Events</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col" className="n on-wide">
            Quantity
          </th>
          <th scope="col" className="n on-full">
            Quantity so far
          </th>
          <th scope="col" className="n">
            {invoice.currency}, exactly
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.source} ${row.id}`}>
            <th scope="row" className="break-anywhere" aria-label={`Event ${row.id} of ${row.source}`}>
              {before?.(row)}
              <details>
                <summary>
                  <time dateTime={row.eventTime} title={row.eventTime}>
                    {moment(row.eventTime)}
                  </time>{' '}
                  <EventWords row={row} isOfOne={isOfOne} />
                </summary>
                <dl className="facts text-fine">
                  <dt>Source</dt>
                  <dd>{row.source}</dd>
                  <dt>Id</dt>
                  <dd>{row.id}</dd>
                  <dt>Happened</dt>
                  <dd>{row.eventTime}</dd>
                  <dt>Received</dt>
                  <dd>{row.receiveTime === '' ? 'not known' : row.receiveTime}</dd>
                </dl>
                {row.event === null ? (
                  <p className="text-fine text-ink-3">What it contains is kept back.</p>
                ) : (
                  <pre className="envelope">{JSON.stringify(row.event, null, 2)}</pre>
                )}
                {receipt && <p className="text-fine">{receipt(row)}</p>}
              </details>
            </th>
            <td className="n on-wide">
              <QuantityValue measure={charge} quantity={row.quantity} withUnit />
            </td>
            <td className="n on-full">
              <QuantityValue measure={charge} quantity={row.runningQuantity} />
            </td>
            <td className="n">{exactText(row.amountExact, invoice.minorUnit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the event says, of which resource, and what else tells it apart; of an event that is kept back only the resource. */
function EventWords({ row: { said, resource, tier, ...row }, isOfOne }: { row: ExplainedEvent; isOfOne: boolean }) {
  const delay = row.receiveTime === '' ? null : delayText(row.eventTime, row.receiveTime, 60);
  return (
    <>
      {said === undefined ? <span className="text-ink-3">{resource}</span> : eventText(said, resource)}
      <span className="text-ink-3">
        {said !== undefined && !isOfOne && `, ${resource}`}
        {tier !== null && `, tier ${tier}`}
      </span>
      {delay !== null && <span className="text-warn">, received {delay} later</span>}
    </>
  );
}
