import { aggregationWords } from '#server/domain/aggregation.ts';
import type { UsageDay, UsagePage } from '#server/usage/usage.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { cellText, cellUnit, columnScale } from '../../format/quantity.ts';
import { dayText, momentText } from '../../format/time.ts';
import { chartModel } from './chart-model.ts';
import { dimensionName, groupName } from './words.ts';

interface DayTableProps {
  page: UsagePage;
  chosen: NonNullable<UsagePage['chosen']>;
  loadedAt: string;
}

/** Every day and group to the last digit: rows add up to the last row, and groups to the day, where the meter adds. */
export function DayTable({ page, chosen, loadedAt }: DayTableProps) {
  const { meter, days, groups, groupBy } = chosen;
  const { series } = chartModel(chosen);
  const past = days.filter((d) => d.state !== 'future');
  const [firstToCome, ...moreToCome] = days.filter((d) => d.state === 'future');
  const scale = columnScale([meter.quantity, ...past.flatMap((d) => [d.quantity, ...d.byGroup])]);
  const cell = (quantity: string | null) => (quantity === null ? <None /> : cellText(meter, quantity, scale));
  const why = aggregationWords(meter.aggregation).whyNoSum;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="days-scroll" aria-label="Usage by day, scrolls sideways" tabIndex={0}>
        <table className="numbers numbers-dense">
          <caption className="sr-only">
            {meter.description} by day{groupBy ? ` and ${dimensionName(groupBy)}` : ''}, in {cellUnit(meter)}
          </caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className="n">
                All, {cellUnit(meter)}
              </th>
              {groups.map((group, i) => (
                <th key={group.value ?? 'others'} scope="col" className="n">
                  <span className="inline-block max-w-36 truncate align-bottom" title={groupName(group, groupBy)}>
                    {series.length > 1 && <Swatch pattern={series[i]?.pattern ?? 1} />}
                    {groupName(group, groupBy)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {past.map((day) => (
              <DayRow key={day.day} day={day} cell={cell} />
            ))}
            {firstToCome && (
              <tr>
                <th scope="row" colSpan={groups.length + 2}>
                  <span className="text-ink-3">
                    {dayText(firstToCome.day)}
                    {moreToCome.length > 0 &&
                      ` – ${dayText(moreToCome[moreToCome.length - 1]?.day ?? firstToCome.day)}`}
                    : still to come
                  </span>
                </th>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{aggregationWords(meter.aggregation).wholePeriod}</th>
              <td className="n">{cell(meter.quantity)}</td>
              {groups.map((group) => (
                <td key={group.value ?? 'others'} className="n">
                  {cell(group.quantity)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
      <p className="mt-2 text-fine text-ink-3">
        Every digit is shown; – means that no usage was metered. {why} Metered through{' '}
        {momentText(page.meteredThrough, page.account.timeZone, loadedAt)}.
      </p>
    </>
  );
}

function DayRow({ day, cell }: { day: UsageDay; cell: (quantity: string | null) => React.ReactNode }) {
  return (
    <tr>
      <th scope="row" className="whitespace-nowrap">
        {dayText(day.day)}
        {day.state === 'running' && <span className="tag tag-open ml-2">so far</span>}
      </th>
      <td className="n">{cell(day.quantity)}</td>
      {day.byGroup.map((quantity, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the order of the groups and have no other name.
        <td key={i} className="n">
          {cell(quantity)}
        </td>
      ))}
    </tr>
  );
}

function None() {
  return (
    <span className="text-ink-3">
      <span aria-hidden="true">–</span>
      <span className="sr-only">none metered</span>
    </span>
  );
}
