import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import type { Currency } from '../../format/money.ts';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { dayText } from '../../format/time.ts';
import { Legend } from '../usage/chart-patterns.tsx';
import { StaticChart } from '../usage/static-chart.tsx';
import { spendChart } from './spend-groups.ts';

/** Spend by day as bars, and the same numbers, to the last digit, as a table. */
export function SpendDays({ page, of }: { page: OverviewPage; of: Currency }) {
  const model = spendChart(page, of.currency);
  const past = page.days.filter(({ state }) => state !== 'future');
  return (
    <section className="card" aria-labelledby="days">
      <h2 id="days" className="mb-3">
        Spend by day and app
      </h2>
      <div className="flex flex-col gap-2">
        <Legend series={model.series} running={past.some(({ state }) => state === 'running')} />
        <div className="chart">
          <StaticChart model={model} label="Spend by day. The table below has the same numbers." />
        </div>
      </div>
      <details className="mt-3">
        <summary>Every day as a table</summary>
        <table className="numbers">
          <caption className="sr-only">Spend by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className="n">
                {of.currency}, exactly
              </th>
            </tr>
          </thead>
          <tbody>
            {past.map(({ day, state, amount }) => (
              <tr key={day}>
                <th scope="row">
                  {dayText(day)}
                  {state === 'running' && <span className="tag tag-open ml-2">so far</span>}
                </th>
                <td className="n" title={amount === null ? undefined : moneyText(amount, of)}>
                  {amount === null ? 'not known yet' : exactMoneyText(amount, of)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
