import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import { isZero } from '#server/domain/decimal.ts';
import type { Grouping } from '#server/domain/grouping.ts';
import type { OverviewPage, SpendGroup } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { ShareBar } from '../../chart/share-bar.tsx';
import { Sparkline } from '../../chart/sparkline.tsx';
import { MoneyValue } from '../../format/money-value.tsx';
import { paths } from '../../paths.ts';
import { choiceOfGroup } from '../../spend/group-choice.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';
import { GroupingLinks } from '../../spend/grouping-links.tsx';

interface GroupTableProps {
  page: OverviewPage;
  invoice: InvoiceView;
  moment: string;
  /** What changes are against: `the same part of October`. */
  against: string;
}

const HEADS: Record<Grouping, string> = { app: 'App', team: 'Team', product: 'Product', price: 'Price' };

/** What each group costs, its days as a line, and its part of the whole. */
export function GroupTable({ page, invoice, moment, against }: GroupTableProps) {
  const { account, groups, by, days, groupsSum, groupsGone, groupsChange } = page;
  const whole = days.flatMap(({ state }, i) => (state === 'metered' ? [i] : []));
  const all = groups.reduce((sum, { amount }) => sum + Math.max(0, Number(amount)), 0);
  if (groups.length === 0) return null;
  return (
    <section className="card" aria-labelledby="groups">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="groups">Where it goes</h2>
        <GroupingLinks
          groupings={page.groupings}
          by={by}
          to={(other) =>
            paths.account(account.id, { by: other, period: page.period.open ? undefined : page.period.key })
          }
        />
      </div>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">{HEADS[by]}</th>
            <th scope="col" className="on-wide">
              Whole days
            </th>
            <th scope="col" className="n">
              {invoice.currency}
            </th>
            {groupsChange !== null && (
              <th scope="col" className="n">
                Change
              </th>
            )}
            <th scope="col" className="share">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group, i) => (
            <tr key={group.value ?? 'others'}>
              <th scope="row" className="break-anywhere">
                <Swatch pattern={patternOf(group, i)} />
                {groupText(group, by)}
              </th>
              <td className="on-wide">
                <Sparkline values={whole.map((index) => group.days[index] ?? null)} />
              </td>
              <td className="n">
                <Link
                  className="amount-link"
                  to={paths.invoiceCharges(account.id, invoice.id, choiceOfGroup(groups, group, by))}
                >
                  <MoneyValue of={invoice} amount={group.amount} insideLink />
                </Link>
              </td>
              {groupsChange !== null && (
                <td className="n">
                  <GroupChange page={page} invoice={invoice} amount={group.change} group={group} />
                </td>
              )}
              <td className="share">
                <ShareBar part={Number(group.amount)} of={all} />
              </td>
            </tr>
          ))}
          {groupsGone !== null && (
            <tr>
              <th scope="row" className="text-ink-3">
                {groupsGone.count} no longer there
              </th>
              <td className="on-wide" />
              <td className="n" />
              <td className="n">
                <GroupChange page={page} invoice={invoice} amount={groupsGone.change} group={{ value: null }} />
              </td>
              <td className="share" />
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All charges</th>
            <td className="on-wide" />
            <td className="n">
              <Link className="amount-link" to={`${paths.invoice(account.id, invoice.id)}#subtotal`}>
                <MoneyValue of={invoice} amount={groupsSum} insideLink />
              </Link>
            </td>
            {groupsChange !== null && (
              <td className="n opened-amount">
                <ChangeValue of={invoice} amount={groupsChange} />
              </td>
            )}
            <td className="share" />
          </tr>
        </tfoot>
      </table>
      <p className="mt-2 text-fine text-ink-3">
        Before rounding, credits and tax. Metered through {moment}.
        {groupsChange !== null && ` Change is against ${against}.`}
        {by === 'team' && ' Apps are told under the team they are of today.'}
      </p>
    </section>
  );
}

interface GroupChangeProps extends Pick<GroupTableProps, 'page' | 'invoice'> {
  amount: string | null;
  /** Whose difference it is. */
  group: Pick<SpendGroup, 'value'>;
}

/** How much more or less a group is: leads to what made that. */
function GroupChange({ page: { account, period, groups, by }, invoice, amount, group }: GroupChangeProps) {
  if (amount === null) return null;
  if (isZero(amount)) return <ChangeValue of={invoice} amount={amount} />;
  const choice = choiceOfGroup(groups, group, by);
  return (
    <Link className="amount-link" to={paths.changes(account.id, { period: period.key }, { choice })}>
      <ChangeValue of={invoice} amount={amount} insideLink />
    </Link>
  );
}
