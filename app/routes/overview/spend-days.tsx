import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { TimeBars } from '../../chart/time-bars.tsx';
import { TimeTip } from '../../chart/time-tip.tsx';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { dayText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { DayTable } from './day-table.tsx';
import { spendChart } from './spend-groups.ts';

interface SpendDaysProps {
  page: OverviewPage;
  of: InvoiceView;
  moment: string;
}

/** Spend by day as bars, and the same numbers, to the last digit, as a table. */
export function SpendDays({ page, of, moment }: SpendDaysProps) {
  const model = spendChart(page, of.currency);
  return (
    <section className="card" aria-labelledby="days">
      <h2 id="days" className="mb-3">
        Spend by day and {page.by}, {of.currency}
      </h2>
      {page.groups.length === 0 ? (
        <p className="py-8 text-ink-2">
          No usage of {monthText(of.period.key)} has been charged so far. Each day appears here as soon as something
          with a price is used.
        </p>
      ) : (
        <>
          <TimeBars
            model={model}
            label={`Spend by day and ${page.by}. The table below has the same numbers.`}
            tip={(day) => <SpendTip page={page} of={of} day={day} />}
            to={(day) => paths.day(page.account.id, day)}
          />
          <DayMarks page={page} of={of} />
          <details className="mt-3">
            <summary className="w-fit">Every day as a table</summary>
            <DayTable page={page} of={of} />
          </details>
          <p className="mt-2 text-fine text-ink-3">Metered through {moment}.</p>
        </>
      )}
    </section>
  );
}

/** What happened on the days that are marked in the picture. */
function DayMarks({ page, of }: Pick<SpendDaysProps, 'page' | 'of'>) {
  if (page.marks.length === 0) return null;
  return (
    <ul className="plain-list mt-2 text-fine" aria-label="What happened on marked days">
      {[...page.marks]
        .sort((a, b) => (a.day < b.day ? -1 : 1))
        .map(({ day, text, amountExact }) => (
          <li key={`${day} ${text}`} className="break-anywhere">
            <Link className="text-link" to={paths.day(page.account.id, day)}>
              {dayText(day)}
            </Link>{' '}
            {text}: <ChangeValue of={of} amount={amountExact} />
          </li>
        ))}
    </ul>
  );
}

function SpendTip({ page, of, day }: Pick<SpendDaysProps, 'page' | 'of'> & { day: string }) {
  const { series } = spendChart(page, of.currency);
  const index = page.days.findIndex((d) => d.day === day);
  const spent = page.days[index];
  if (!spent) return null;
  const groups = series.flatMap(({ name, pattern }, i) => {
    const amount = page.groups[i]?.days[index];
    return amount == null || Number(amount) === 0 ? [] : [{ name, pattern, value: moneyText(amount, of) }];
  });
  const total = spent.amount === null ? 'not known yet' : exactMoneyText(spent.amount, of);
  return (
    <TimeTip name={dayText(day)} state={spent.state} total={total} groups={groups} opens={spent.amount !== null} />
  );
}
