import { isZero } from '#server/domain/decimal.ts';
import type { DayPage, SpendHour } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { ChartPatterns } from '../../chart/chart-patterns.tsx';
import { TimeBars } from '../../chart/time-bars.tsx';
import { TimeTip } from '../../chart/time-tip.tsx';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { clockOf } from '../../format/time.ts';
import { HourTable } from './hour-table.tsx';
import { hasOfNoHour, hourNames, hoursChart, type SpentDay } from './hours-chart.ts';

interface HoursProps {
  page: DayPage;
  invoice: NonNullable<DayPage['invoice']>;
  spent: SpentDay;
}

/** Spend by hour as bars, with what happened in them, and the same numbers as a table. */
export function Hours({ page, invoice, spent }: HoursProps) {
  const { hours, groups } = spent;
  if (hours === null || (hours !== 'failed' && groups.length === 0)) return null;
  return (
    <section className="card" aria-labelledby="hours">
      <h2 id="hours" className="mb-3">
        Spend by hour and {page.by}, {invoice.currency}
      </h2>
      {hours === 'failed' ? (
        <p className="text-ink-2">The hours could not be read just now. The amounts on this page are right.</p>
      ) : (
        <>
          <ChartPatterns />
          <TimeBars
            model={hoursChart(page, hours.each, groups, invoice.currency)}
            label={`Spend by hour and ${page.by}. The table below has the same numbers.`}
            tip={(at) => <HourTip page={page} invoice={invoice} spent={spent} hours={hours.each} at={at} />}
            running="this hour, so far"
          />
          <HourMarks page={page} invoice={invoice} />
          <details className="mt-3">
            <summary className="w-fit">Every hour as a table</summary>
            <HourTable page={page} invoice={invoice} spent={spent} hours={hours} />
          </details>
          <p className="mt-2 text-fine text-ink-3">
            {hasOfNoHour(groups)
              ? `The hours, and ${exactMoneyText(hours.ofNoHour, invoice)} of no hour, add up to the day exactly: a license in money that ran out on this day shares out what was left of it by the day, not by the hour. `
              : 'The hours add up to the day exactly. '}
            A peak, a latest value or a fee of a tier is in the hour in which it came about.
          </p>
        </>
      )}
    </section>
  );
}

/** What happened in the hours that are marked in the picture. */
function HourMarks({ page: { account, marks }, invoice }: Pick<HoursProps, 'page' | 'invoice'>) {
  if (marks.length === 0) return null;
  return (
    <ul className="plain-list mt-2 text-fine" aria-label="What happened in marked hours">
      {marks.map(({ at, text, amountExact }) => (
        <li key={`${at} ${text}`} className="break-anywhere">
          <b className="font-semibold">
            <time dateTime={at}>{clockOf(at, account.timeZone).slice(0, 5)}</time>
          </b>{' '}
          {text}: <ChangeValue of={invoice} amount={amountExact} />
        </li>
      ))}
    </ul>
  );
}

function HourTip({ page, invoice, spent, hours, at }: HoursProps & { hours: readonly SpendHour[]; at: string }) {
  const index = hours.findIndex(({ from }) => from === at);
  const hour = hours[index];
  if (hour === undefined) return null;
  const { series } = hoursChart(page, hours, spent.groups, invoice.currency);
  const groups = series.flatMap(({ name, pattern }, i) => {
    const amount = spent.groups[i]?.hours[index];
    return amount == null || isZero(amount) ? [] : [{ name, pattern, value: moneyText(amount, invoice) }];
  });
  const total = hour.amount === null ? 'not known yet' : exactMoneyText(hour.amount, invoice);
  const name = hourNames(hours, page.account.timeZone)[index] ?? '';
  return <TimeTip name={name} state={hour.state} total={total} groups={groups.length > 1 ? groups : []} />;
}
