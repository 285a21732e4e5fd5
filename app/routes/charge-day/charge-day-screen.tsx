import { Link } from '@remix-run/react';
import type { ExplainedEvent, ExplanationPage } from '#server/explanation/explanation.types.ts';
import type { DayOfCharge } from '#server/explanation/levels/day-of-charge.ts';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { EventTable } from '../../explanation/event-table.tsx';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { dayText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { DayNav } from '../../spend/day-nav.tsx';
import { DayResources } from './day-resources.tsx';

interface ChargeDayScreenProps {
  page: DayOfCharge;
  /** Of counted usage: a page of the day's events. */
  events: ExplanationPage<ExplainedEvent> | null;
  isFirst: boolean;
  loadedAt: string;
}

/** What a charge cost on a day, opened to what ran, or to the events. */
export function ChargeDayScreen({ page, events, isFirst, loadedAt }: ChargeDayScreenProps) {
  const { account, charge, invoice, day, spent } = page;
  const to = (other: string, cursor?: string) => paths.chargeDay(account.id, charge.chargeId, other, cursor);
  const nextCursor = events?.nextCursor ?? spent?.nextResources ?? null;
  return (
    <>
      <ChargeHead
        explanation={page}
        loadedAt={loadedAt}
        linked
        part={{ name: `on ${dayText(day.day)}`, amountExact: spent?.amount ?? null }}
      >
        <p className="mt-2 flex flex-wrap gap-3">
          <Link className="text-link" to={paths.charge(account.id, charge.chargeId)}>
            The whole charge
          </Link>
          <Link className="text-link" to={paths.day(account.id, day.day)}>
            The whole day
          </Link>
        </p>
      </ChargeHead>
      <section className="card" aria-labelledby="day">
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h2 id="day">
            {dayText(day.day)} {day.day.slice(0, 4)}
          </h2>
          {day.state === 'running' && <span className="tag tag-open">so far</span>}
          <DayNav previous={page.previous} next={page.next} to={to} />
        </div>
        <DayAmount page={page} events={events} isOnlyPage={isFirst && nextCursor === null} />
        {spent?.resources != null && spent.resources.length > 0 && (
          <DayResources page={page} resources={spent.resources} loadedAt={loadedAt} />
        )}
        {events !== null && events.data.length > 0 && (
          <EventTable
            explanation={page}
            rows={events.data}
            loadedAt={loadedAt}
            receipt={(row) => (
              <Link className="text-link" to={paths.event(account.id, row)}>
                What became of it
              </Link>
            )}
          />
        )}
        <p className="mt-3 flex flex-wrap gap-3">
          {events !== null && events.data.length > 0 && (
            <span className="text-ink-2">This page: {exactMoneyText(events.pageTotal, invoice)}</span>
          )}
          {!isFirst && (
            <Link className="text-link" to={to(day.day)}>
              From the first
            </Link>
          )}
          {nextCursor !== null && (
            <Link className="text-link" to={to(day.day, nextCursor)}>
              Next page
            </Link>
          )}
        </p>
      </section>
    </>
  );
}

type DayAmountProps = Pick<ChargeDayScreenProps, 'page' | 'events'> & { isOnlyPage: boolean };

/** What the charge cost on this day, or why that is not known. */
function DayAmount({ page, events, isOnlyPage }: DayAmountProps) {
  const { charge, invoice, day, spent } = page;
  return (
    <>
      {spent === null && (
        <p className="note-warn">
          <b className="font-semibold">What this day cost cannot be told.</b> Its invoice was issued by an earlier
          version, which rated it otherwise. The charge stands as it was issued.
        </p>
      )}
      {day.state === 'future' && (
        <p className="text-ink-2">This day has not come yet; what it will cost is not known.</p>
      )}
      {spent !== null && spent.amount !== null && (
        <>
          <p className="text-lead tabular-nums">
            {moneyText(spent.amount, invoice)}{' '}
            <span className="text-body text-ink-2">
              exactly <span className="opened-amount">{exactMoneyText(spent.amount, invoice)}</span> of this charge, for{' '}
              <QuantityValue measure={charge} quantity={spent.quantity} withUnit />
            </span>
          </p>
          <p className="mb-3 text-fine text-ink-3">
            Before the charge is rounded once. {addUpWords(page, events, isOnlyPage)}
          </p>
        </>
      )}
    </>
  );
}

function addUpWords(
  { spent }: DayOfCharge,
  events: ExplanationPage<ExplainedEvent> | null,
  isOnlyPage: boolean,
): string {
  if (events !== null) {
    if (events.data.length === 0) return 'No event of this charge happened on this day.';
    return isOnlyPage
      ? 'The events below add up to it exactly.'
      : 'The events of all pages below add up to it exactly, in the order they count.';
  }
  const count = spent?.resourceCount ?? 0;
  if (count === 0) return 'Nothing of this charge ran on this day.';
  return `What ran on this day, cut at midnight, adds up to it exactly: ${count} ${count === 1 ? 'resource' : 'resources'}.`;
}
