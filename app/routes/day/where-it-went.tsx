import type { DayGroup, DayPage } from '#server/pages/spend-pages.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { ShareBar } from '../../chart/share-bar.tsx';
import { MoneyValue } from '../../format/money-value.tsx';
import { paths } from '../../paths.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';
import { GroupingLinks } from '../../spend/grouping-links.tsx';
import { choiceOfPage } from './choice-of-page.ts';
import type { SpentDay } from './hours-chart.ts';
import { PartTable } from './part-table.tsx';

interface WhereItWentProps {
  page: DayPage;
  invoice: NonNullable<DayPage['invoice']>;
  spent: SpentDay;
}

/** What each group cost on the day; opened, each of its charges. */
export function WhereItWent({ page, invoice, spent }: WhereItWentProps) {
  const { account, day, by } = page;
  const { groups, sum, ofNothing } = spent;
  const all = groups.reduce((total, { amount }) => total + Math.max(0, Number(amount)), 0);
  return (
    <section className="card" aria-labelledby="charges">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="charges">Where it went</h2>
        <GroupingLinks
          groupings={page.groupings}
          by={by}
          to={(other) => paths.day(account.id, day, { ...choiceOfPage(page), by: other })}
        />
      </div>
      {groups.length === 0 ? (
        <p className="text-ink-2">No charge cost anything on this day.</p>
      ) : (
        <>
          <ul aria-label={`What each ${by} cost on this day`}>
            {groups.map((group, i) => (
              <li key={group.value ?? 'others'} className="day-resource">
                <Group page={page} invoice={invoice} group={group} index={i} all={all} isOnly={groups.length === 1} />
              </li>
            ))}
          </ul>
          <p className="flex justify-between gap-4 py-1.5 font-semibold">
            Together
            <span className="opened-amount day-sum">
              <MoneyValue of={invoice} amount={sum} />
            </span>
          </p>
        </>
      )}
      <p className="mt-2 text-fine text-ink-3">
        {groups.length > 0 &&
          ofNothing > 0 &&
          `${ofNothing} other ${ofNothing === 1 ? 'charge' : 'charges'} of this month cost nothing on this day. `}
        Days are before each charge is rounded once, before credits and tax.
        {by === 'team' && ' Apps are told under the team they are of today.'}
      </p>
    </section>
  );
}

interface GroupProps extends Omit<WhereItWentProps, 'spent'> {
  group: DayGroup;
  index: number;
  /** All groups together, as a float: for lengths only. */
  all: number;
  isOnly: boolean;
}

function Group({ page: { account, day, by }, invoice, group, index, all, isOnly }: GroupProps) {
  const { amount, charges } = group;
  const name = groupText(group, by);
  return (
    <details open={isOnly}>
      <summary className="break-anywhere">
        <span className="group-amount">
          <span className="group-share">
            <ShareBar part={Number(amount)} of={all} />
          </span>
          <span className="group-sum">
            <MoneyValue of={invoice} amount={amount} insideLink />
          </span>
        </span>
        <Swatch pattern={patternOf(group, index)} />
        {name}{' '}
        <span className="text-fine whitespace-nowrap text-ink-3">
          {charges.length} {charges.length === 1 ? 'charge' : 'charges'}
        </span>
      </summary>
      <PartTable
        caption={`What each charge of ${name} cost on this day`}
        of={invoice}
        charges={charges}
        sum={amount}
        to={({ chargeId }) => paths.chargeDay(account.id, chargeId, day)}
      />
    </details>
  );
}
