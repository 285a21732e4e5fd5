import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { Correction } from '#server/explanation/corrections/correction.types.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

/** The events that came after the invoice was final: when they happened, when they came, and what each adds now. */
export function LateEvents({ correction, loadedAt }: { correction: Correction; loadedAt: string }) {
  const { account, events, eventCount, invoice } = correction;
  const moment = (instant: string) => (
    <time dateTime={instant} title={instant}>
      {momentText(instant, account.timeZone, loadedAt)}
    </time>
  );
  return (
    <>
      <table className="numbers">
        <caption className="sr-only">Late events</caption>
        <thead>
          <tr>
            <th scope="col">Happened</th>
            <th scope="col">Received</th>
            <th scope="col" className="n">
              Adds now, {invoice.currency}
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={`${event.source} ${event.id}`}>
              <th scope="row" className="break-anywhere">
                <Link className="text-link" to={paths.event(account.id, event)}>
                  {moment(event.eventTime)}
                </Link>{' '}
                <span className="text-ink-3">{event.resource}</span>
              </th>
              <td>{moment(event.receiveTime)}</td>
              <td className="n">{exactText(event.amountExact, invoice.minorUnit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {eventCount > events.length && <p className="mt-2 text-ink-2">and {eventCount - events.length} more</p>}
      <p className="mt-2 max-w-150 text-fine text-ink-3">
        An event may also change what others add: one that says something stopped earlier adds nothing itself.
      </p>
    </>
  );
}
