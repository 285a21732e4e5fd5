import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import type { SpendDay } from '#server/billing/spend-days.ts';
import { exactText, isZero, scaleOf } from '#server/domain/decimal.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { moneyText } from '../../format/money.ts';
import { dayText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { choiceOfGroup } from '../../spend/group-choice.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';

/** Every day and group to the last digit; days, and what is due without usage, add up to the charges before rounding. */
export function DayTable({ page, of }: { page: OverviewPage; of: InvoiceView }) {
  const { account, days, groups, base } = page;
  const past = days.filter(({ state }) => state !== 'future');
  const amounts = [
    base,
    ...past.map(({ amount }) => amount),
    ...groups.flatMap((group) => [group.base, ...group.days]),
  ];
  const scale = amounts.reduce((most, amount) => Math.max(most, amount === null ? 0 : scaleOf(amount)), of.minorUnit);
  const cell = (amount: string | null | undefined, day: SpendDay | null, choice: ChargeChoice = {}) => {
    if (amount == null) return <span className="none-metered">not known yet</span>;
    const text = exactText(amount, scale);
    if (isZero(amount)) return text;
    // What is of no day is told beside any day of the month.
    const at = day?.day ?? days[0]?.day ?? '';
    return (
      <Link className="amount-link" to={`${paths.day(account.id, at, choice)}${day === null ? '#of-no-day' : ''}`}>
        {text}
      </Link>
    );
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="days-scroll mt-2" aria-label="Spend by day, scrolls sideways" tabIndex={0}>
        <table className="numbers numbers-dense">
          <caption className="sr-only">
            Spend by day and {page.by}, in {of.currency}
          </caption>
          <GroupNames groups={groups} by={page.by} currency={of.currency} />
          <tbody>
            {past.map((day, index) => (
              <tr key={day.day}>
                <DayName day={day} />
                <td className="n">{cell(day.amount, day)}</td>
                {groups.map((group) => (
                  <td key={group.value ?? 'others'} className="n">
                    {cell(group.days[index], day, choiceOfGroup(groups, group, page.by))}
                  </td>
                ))}
              </tr>
            ))}
            {!isZero(base) && (
              <tr>
                <th scope="row">due without usage</th>
                <td className="n">{cell(base, null)}</td>
                {groups.map((group) => (
                  <td key={group.value ?? 'others'} className="n">
                    {cell(group.base, null, choiceOfGroup(groups, group, page.by))}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </section>
      <p className="mt-2 text-fine text-ink-3">
        Every digit is shown, before each charge is rounded once. Rounded they come to {moneyText(of.subtotal, of)},
        before credits and tax.
      </p>
    </>
  );
}

function GroupNames({ groups, by, currency }: Pick<OverviewPage, 'groups' | 'by'> & { currency: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">Day</th>
        <th scope="col" className="n">
          All, {currency}
        </th>
        {groups.map((group, i) => (
          <th key={group.value ?? 'others'} scope="col" className="n">
            <span className="inline-block max-w-36 truncate align-bottom" title={groupText(group, by)}>
              <Swatch pattern={patternOf(group, i)} />
              {groupText(group, by)}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function DayName({ day }: { day: SpendDay }) {
  return (
    <th scope="row" className="whitespace-nowrap">
      {dayText(day.day)}
      {day.state === 'running' && <span className="tag tag-open ml-2">so far</span>}
    </th>
  );
}
