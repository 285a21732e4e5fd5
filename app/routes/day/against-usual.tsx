import { Link } from '@remix-run/react';
import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { ScaleBar } from '../../chart/scale-bar.tsx';
import { moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayOf, dayText, weekdayText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface AgainstUsualProps {
  page: DayPage;
  /** What of the page is compared with what is usual. */
  changes: Exclude<DayPage['changes'], null | 'failed'>;
}

/** So many times as much, or more, is said in words. */
const MUCH_MORE = 1.5;

/** The day and what is usual on one scale, and the days that is the middle of. */
export function AgainstUsual({ page, changes }: AgainstUsualProps) {
  const { account, day } = page;
  const days = [...(changes.compareSpans ?? [])].reverse();
  const weekday = weekdayText(day);
  return (
    <section className="mb-3" aria-labelledby="usual">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="usual">Against its usual</h2>
        <span className="text-fine text-ink-3">
          {days.length > 1 ? `median of ${days.length} ${weekday}s before` : `the ${weekday} before`}
        </span>
      </div>
      <ScaleBar
        amount={changes.amountExact}
        mark={changes.compareAmountExact}
        label={`${moneyText(changes.amountExact, changes)}; usual is ${moneyText(changes.compareAmountExact, changes)}`}
      />
      {days.length > 1 && (
        <p className="mt-1 text-fine text-ink-3">
          {days.map(({ from, amountExact }, i) => {
            const other = dayOf(from, changes.timeZone);
            return (
              <span key={from}>
                {i > 0 && ', '}
                <span className="whitespace-nowrap">
                  <Link className="text-link" to={paths.day(account.id, other)}>
                    {dayText(other)}
                  </Link>{' '}
                  <MoneyValue of={changes} amount={amountExact} />
                </span>
              </span>
            );
          })}
          . {days.length % 2 === 0 ? 'The middle two are' : 'The one in the middle is'} the usual of every part below,
          so that parts add up.
        </p>
      )}
    </section>
  );
}

/** How much more or less than on such a day it is; what made that stands below. */
export function AgainstUsualLine({ page, changes }: AgainstUsualProps) {
  const { account, day, spent } = page;
  // For rough words only.
  const times = Number(changes.amountExact) / Number(changes.compareAmountExact);
  return (
    <p className="text-ink-2">
      <ChangeValue of={changes} amount={changes.differenceExact} /> against its{' '}
      <Link className="text-link" to={paths.changes(account.id, { day, against: 'usual' })}>
        usual
      </Link>
      , <MoneyValue of={changes} amount={changes.compareAmountExact} />
      {spent?.state === 'running' && ', of the same part of the day'}
      {Number.isFinite(times) && times >= MUCH_MORE && ` · ${times.toFixed(1)} times as much`}
    </p>
  );
}
