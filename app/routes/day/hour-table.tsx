import { Link } from '@remix-run/react';
import { isZero } from '#server/domain/decimal.ts';
import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { MoneyValue } from '../../format/money-value.tsx';
import { paths } from '../../paths.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';
import { choiceOfPage } from './choice-of-page.ts';
import { hasOfNoHour, hourNames, type SpentDay } from './hours-chart.ts';

interface HourTableProps {
  page: DayPage;
  invoice: NonNullable<DayPage['invoice']>;
  spent: SpentDay;
  hours: Exclude<SpentDay['hours'], null | 'failed'>;
}

/** Every hour and group of a day, and what they add up to. */
export function HourTable({ page, invoice, spent, hours }: HourTableProps) {
  const groups = spent.groups.length > 1 ? spent.groups : [];
  const names = hourNames(hours.each, page.account.timeZone);
  const cell = (amount: string | null, hour: string | null) =>
    hour === null || amount === null || isZero(amount) ? (
      <MoneyValue of={invoice} amount={amount} />
    ) : (
      <Link className="amount-link" to={paths.day(page.account.id, page.day, { ...choiceOfPage(page), hour })}>
        <MoneyValue of={invoice} amount={amount} insideLink />
      </Link>
    );
  const row = (all: string | null, ofGroups: (string | null | undefined)[], hour: string | null = null) => (
    <>
      <td className="n">{cell(all, hour)}</td>
      {groups.map((group, i) => (
        <td key={group.value ?? 'others'} className="n">
          {cell(ofGroups[i] ?? null, null)}
        </td>
      ))}
    </>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="days-scroll mt-2" aria-label="Spend by hour, scrolls sideways" tabIndex={0}>
      <table id="hours-table" className="numbers numbers-dense">
        <caption className="sr-only">
          Spend by hour and {page.by}, in {invoice.currency}
        </caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col" className="n">
              All
            </th>
            {groups.map((group, i) => (
              <th key={group.value ?? 'others'} scope="col" className="n">
                <span className="inline-block max-w-36 truncate align-bottom" title={groupText(group, page.by)}>
                  <Swatch pattern={patternOf(group, i)} />
                  {groupText(group, page.by)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.each.map(({ from, state, amount }, index) => (
            <tr key={from}>
              <th scope="row" className="whitespace-nowrap">
                <time dateTime={from}>{names[index]}</time>
                {state === 'running' && <span className="tag tag-open ml-2">so far</span>}
              </th>
              {row(
                amount,
                groups.map((group) => group.hours[index]),
                from,
              )}
            </tr>
          ))}
          {hasOfNoHour(spent.groups) && (
            <tr>
              <th scope="row">of no hour</th>
              {row(
                hours.ofNoHour,
                groups.map(({ ofNoHour }) => ofNoHour),
              )}
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Together</th>
            {row(
              spent.sum,
              groups.map(({ amount }) => amount),
            )}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
