import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { MoneyValue } from '../../format/money-value.tsx';
import { groupText, patternOf } from '../../spend/group-name.ts';
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
  const row = (all: string | null, ofGroups: (string | null | undefined)[]) => (
    <>
      <td className="n">
        <MoneyValue of={invoice} amount={all} />
      </td>
      {groups.map((group, i) => (
        <td key={group.value ?? 'others'} className="n">
          <MoneyValue of={invoice} amount={ofGroups[i] ?? null} />
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
