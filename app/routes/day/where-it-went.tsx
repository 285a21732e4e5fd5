import { Link } from '@remix-run/react';
import { isZero } from '#server/domain/decimal.ts';
import type { DayGroup, DayPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { ShareBar } from '../../chart/share-bar.tsx';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { choiceOfGroup } from '../../spend/group-choice.ts';
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
  const { hour, groupsGone, groupsChange, groupsUsual, ofNothing } = spent;
  const { groups, sum } = hour ?? spent;
  // In an hour a group keeps the pattern it has in the picture of the day.
  const placeOf = ({ value }: DayGroup, i: number) => {
    const place = spent.groups.findIndex((each) => each.value === value);
    return place < 0 ? i : place;
  };
  const all = groups.reduce((total, { amount }) => total + Math.max(0, Number(amount)), 0);
  return (
    <section className="card" aria-labelledby="charges">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="charges">Where it went</h2>
        <GroupingLinks
          groupings={page.groupings}
          by={by}
          to={(other) => paths.day(account.id, day, { ...choiceOfPage(page), by: other, hour: hour?.from })}
        />
      </div>
      {groups.length === 0 ? (
        <p className="text-ink-2">No charge cost anything {hour === null ? 'on this day' : 'in this hour'}.</p>
      ) : (
        <>
          <GroupHeads page={page} isCompared={groupsChange !== null} />
          <ul aria-label={`What each ${by} cost ${hour === null ? 'on this day' : 'in this hour'}`}>
            {groups.map((group, i) => (
              <li key={group.value ?? 'others'} className="day-resource">
                <Group
                  page={page}
                  invoice={invoice}
                  group={group}
                  index={placeOf(group, i)}
                  all={all}
                  isOnly={groups.length === 1}
                />
              </li>
            ))}
          </ul>
          {groupsGone !== null && (
            <p className="day-resource group-gone text-ink-3">
              {groupsGone.count} that cost nothing on this day{' '}
              <Link
                className="amount-link"
                to={paths.changes(
                  account.id,
                  { day, against: 'usual' },
                  { choice: choiceOfGroup(groups, { value: null }, by) },
                )}
              >
                <ChangeValue of={invoice} amount={groupsGone.change} insideLink />
              </Link>
            </p>
          )}
          <p className="flow-root py-1.5 font-semibold">
            <span className="group-amount">
              <GroupAgainst invoice={invoice} usual={groupsUsual} change={groupsChange} />
              <span className="opened-amount day-sum">
                <MoneyValue of={invoice} amount={sum} />
              </span>
            </span>
            Together
          </p>
        </>
      )}
      <p className="mt-2 text-fine text-ink-3">
        {hour !== null && 'Each charge leads to its day, with what ran and what happened in every hour of it. '}
        {groups.length > 0 &&
          ofNothing > 0 &&
          hour === null &&
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

function Group({ page: { account, day, by, spent }, invoice, group, index, all, isOnly }: GroupProps) {
  const { amount, charges, change, usual } = group;
  const isInHour = spent?.hour != null;
  const name = groupText(group, by);
  return (
    <details open={isOnly}>
      <summary className="break-anywhere">
        <span className="group-amount">
          <span className="group-share">
            <ShareBar part={Number(amount)} of={all} />
          </span>
          <GroupAgainst invoice={invoice} usual={usual} change={change} />
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
      {change !== null && !isZero(change) && (
        <p className="mb-1 text-fine text-ink-2">
          <Link
            className="amount-link"
            to={paths.changes(
              account.id,
              { day, against: 'usual' },
              { choice: choiceOfGroup(spent?.groups ?? [], group, by) },
            )}
          >
            <ChangeValue of={invoice} amount={change} insideLink />
          </Link>{' '}
          against its usual, <MoneyValue of={invoice} amount={usual} />
        </p>
      )}
      <PartTable
        caption={`What each charge of ${name} cost ${isInHour ? 'in this hour' : 'on this day'}`}
        of={invoice}
        charges={charges}
        sum={amount}
        to={({ chargeId }) => paths.chargeDay(account.id, chargeId, day)}
        isOfMore={isInHour}
      />
    </details>
  );
}

/** What the columns of the groups are, where there is room for them. */
function GroupHeads({ page: { day }, isCompared }: Pick<WhereItWentProps, 'page'> & { isCompared: boolean }) {
  if (!isCompared) return null;
  return (
    <p className="group-heads" aria-hidden="true">
      <span className="group-usual">Usual</span>
      <span className="group-change">To usual</span>
      <span>{dayText(day)}</span>
    </p>
  );
}

/** What is usual, and how much more or less it is; there is room for it on wide screens only. */
function GroupAgainst({
  invoice,
  usual,
  change,
}: Pick<WhereItWentProps, 'invoice'> & Pick<DayGroup, 'usual' | 'change'>) {
  if (usual === null || change === null) return null;
  return (
    <>
      <span className="group-usual">
        <span className="sr-only">usual </span>
        <MoneyValue of={invoice} amount={usual} insideLink />
      </span>
      <span className="group-change">
        <ChangeValue of={invoice} amount={change} insideLink />
      </span>
    </>
  );
}
