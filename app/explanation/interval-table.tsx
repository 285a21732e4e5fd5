import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { EventSaid, ExplainedInterval, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';
import { eventText } from './event-words.ts';
import { inFolds } from './zero-folds.ts';

interface IntervalTableProps {
  explanation: Pick<Explanation, 'charge' | 'invoice' | 'account'>;
  rows: readonly ExplainedInterval[];
  loadedAt: string | null;
  /** Where an event can be looked at; absent where nothing can be opened. */
  event?: ((event: { source: string; id: string }) => string) | undefined;
}

/** What ran from when to when, at which level, and what that added; what cost nothing in a row is folded into one line. */
export function IntervalTable({ rows, ...props }: IntervalTableProps) {
  const { invoice } = props.explanation;
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
        {inFolds(rows).map((fold) => {
          const [row, another] = fold;
          return another === undefined ? (
            <IntervalRow key={keyOf(row)} row={row} {...props} />
          ) : (
            <FoldedRow key={keyOf(row)} rows={fold} {...props} />
          );
        })}
      </tbody>
    </table>
  );
}

const keyOf = (row: ExplainedInterval) => `${row.from} ${row.to} ${row.eventId} ${row.slot}`;

interface IntervalRowProps extends Omit<IntervalTableProps, 'rows'> {
  row: ExplainedInterval;
  /** Whether it is one of several resources. */
  withResource?: boolean;
}

/** An interval with what began and ended it. */
export function IntervalRow({ row, explanation, withResource = false, ...props }: IntervalRowProps) {
  const { charge, invoice } = explanation;
  return (
    <tr>
      <th scope="row" className="break-anywhere">
        <IntervalWords row={row} explanation={explanation} withResource={withResource} {...props} />
      </th>
      <td className="n on-wide">
        <QuantityValue measure={charge} quantity={row.quantity} withUnit />
      </td>
      <td className="n">{exactText(row.amountExact, invoice.minorUnit)}</td>
    </tr>
  );
}

/** Intervals that cost nothing, as one line that opens. */
function FoldedRow({ rows, explanation, ...props }: IntervalTableProps) {
  const [first, last] = [rows[0], rows.at(-1)] as [ExplainedInterval, ExplainedInterval];
  const isCovered = rows.every(({ covered }) => !isZero(covered));
  const moment = (instant: string) => momentText(instant, explanation.account.timeZone, props.loadedAt);
  return (
    <tr>
      <th scope="row">
        <details>
          <summary>
            {rows.length} intervals that cost nothing{isCovered && ', covered by license'}
            <span className="text-ink-3">
              , {moment(first.from)} until {moment(last.to)}
            </span>
          </summary>
          <ul className="plain-list break-anywhere">
            {rows.map((row) => (
              <li key={keyOf(row)}>
                <IntervalWords row={row} explanation={explanation} withResource={false} {...props} />
              </li>
            ))}
          </ul>
        </details>
      </th>
      <td className="n on-wide" />
      <td className="n">{exactText('0', explanation.invoice.minorUnit)}</td>
    </tr>
  );
}

/** From when to when, at what, and by which events. */
function IntervalWords({ row, explanation, loadedAt, event, withResource = false }: IntervalRowProps) {
  const moment = (instant: string) => momentText(instant, explanation.account.timeZone, loadedAt);
  return (
    <>
      <time dateTime={row.from} title={row.from}>
        {moment(row.from)}
      </time>
      {', until '}
      <time dateTime={row.to} title={row.to}>
        {row.open ? `${moment(row.to)} and going on` : moment(row.to)}
      </time>
      <span className="block text-fine text-ink-3">
        {withResource ? laneWords(row) : stretchWords(row, explanation.charge)}
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
    </>
  );
}

/** Of which resource and slot; at which level only where there is no slot, which is at one. */
function laneWords({ resource, slot, level }: ExplainedInterval): string {
  return slot > 0 ? `${resource}, slot ${slot}` : `${resource}, level ${exactText(level)}`;
}

/** At which level, and what it was; without what the whole charge is of. */
function stretchWords({ slot, level, dimensions }: ExplainedInterval, { lineValues }: Explanation['charge']): string {
  const told = Object.entries(dimensions).filter(([name, value]) => value !== '' && lineValues[name] !== value);
  const words = [...(slot > 0 ? [`slot ${slot}`] : []), `level ${exactText(level)}`];
  return [...words, ...told.map(([name, value]) => `${name} ${value}`)].join(', ');
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
