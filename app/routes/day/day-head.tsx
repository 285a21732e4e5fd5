import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import type { SpendDay } from '#server/billing/spend-days.ts';
import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { changeText, exactMoneyText, moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText, momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { DayNav } from '../../spend/day-nav.tsx';
import { StateTag } from '../../spend/state-tag.tsx';
import { AgainstUsual, AgainstUsualLine } from './against-usual.tsx';
import { choiceOfPage } from './choice-of-page.ts';
import { hourWords } from './hours-chart.ts';

/** A day may change as long as its invoice may, also when all of it is over. */
function DayTag({ state, of }: { state: SpendDay['state']; of: Pick<InvoiceView, 'state'> }) {
  if (of.state === 'final' || of.state === 'void') return <StateTag state={of.state} />;
  return <span className="tag tag-open">{state === 'running' ? 'so far, estimated' : 'estimated'}</span>;
}

/** How much more or less than the day before it is; what made that is a page of its own. */
function AgainstDayBefore({ page: { account, day, before, invoice } }: { page: DayPage }) {
  if (before === null || invoice === null) return null;
  return (
    <p className="text-ink-2">
      <ChangeValue of={invoice} amount={before.differenceExact} /> against{' '}
      <Link className="text-link" to={paths.changes(account.id, { day, against: 'previous' })}>
        the day before
      </Link>
      , <MoneyValue of={invoice} amount={before.amount} />
    </p>
  );
}

/** Which day it is, what it cost, and how firm that is. */
export function DayHead({ page, loadedAt }: { page: DayPage; loadedAt: string }) {
  const { account, day, invoice, spent, chosen, changes } = page;
  const whole = chosen === null ? spent?.amount : spent?.sum;
  const amount = spent?.hour?.sum ?? whole ?? null;
  return (
    <div className="headline">
      <div className="min-w-0">
        <p className="mb-1 text-fine text-ink-3">
          {invoice === null ? (
            monthText(page.periodKey)
          ) : (
            <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
              Invoice {invoice.number ?? monthText(page.periodKey)}
            </Link>
          )}
        </p>
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1>
            {dayText(day)} {day.slice(0, 4)}
            {spent?.hour != null && `, ${hourWords(spent.hour, account.timeZone)}`}
          </h1>
          {invoice !== null && spent !== null && spent.state !== 'future' && (
            <DayTag state={spent.state} of={invoice} />
          )}
          <DayNav
            previous={page.previous}
            next={page.next}
            to={(other) => paths.day(account.id, other, choiceOfPage(page))}
          />
        </div>
        {amount !== null && invoice !== null && <p className="figure">{moneyText(amount, invoice)}</p>}
        {changes !== null && changes !== 'failed' && <AgainstUsualLine page={page} changes={changes} />}
        <AgainstDayBefore page={page} />
        <Lead page={page} />
        {spent?.state === 'future' && (
          <p className="figure-none">This day has not come yet; what it will cost is not known.</p>
        )}
      </div>
      {invoice !== null && (
        <div className="min-w-0">
          {changes !== null && changes !== 'failed' && <AgainstUsual page={page} changes={changes} />}
          <dl className="facts">
            {amount !== null && (
              <>
                <dt>Exactly</dt>
                <dd className="opened-amount">{exactMoneyText(amount, invoice)}</dd>
              </>
            )}
            <dt>Period</dt>
            <dd>
              {monthText(page.periodKey)}, {invoice.period.timeZone}
            </dd>
            <dt>Metered through</dt>
            <dd>
              <time dateTime={invoice.meteredThrough} title={invoice.meteredThrough}>
                {momentText(invoice.meteredThrough, account.timeZone, loadedAt)}
              </time>
            </dd>
          </dl>
        </div>
      )}
    </div>
  );
}

/** What made most of the difference, in a sentence, where one driver did. */
function Lead({ page: { changes } }: { page: DayPage }) {
  if (changes === null || changes === 'failed') return null;
  const [first] = changes.drivers;
  const isMost =
    first !== undefined && Math.abs(Number(first.amountExact)) * 2 > Math.abs(Number(changes.differenceExact));
  if (!isMost || isSmall(changes)) return null;
  return (
    <p className="break-anywhere mt-2 max-w-150 text-lead">
      {changeText(first.amountExact, changes)}: {first.description}.
    </p>
  );
}

/** Whether a day is nearly as usual: then nothing is worth a sentence. */
function isSmall({ differenceExact, compareAmountExact }: { differenceExact: string; compareAmountExact: string }) {
  return Math.abs(Number(differenceExact)) * 10 < Math.abs(Number(compareAmountExact));
}
