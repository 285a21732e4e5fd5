import { Link } from '@remix-run/react';
import { aggregationWords, sumsToTheWhole } from '#server/domain/aggregation.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { UsageDay, UsageGroup, UsagePage } from '#server/usage/usage.types.ts';
import { Swatch } from '../../chart/chart-patterns.tsx';
import { ShareBar } from '../../chart/share-bar.tsx';
import { Sparkline } from '../../chart/sparkline.tsx';
import { quantityText } from '../../format/quantity.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { dayText, momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { chartModel } from './chart-model.ts';
import { dimensionName, groupName } from './words.ts';

interface GroupTableProps {
  page: UsagePage;
  chosen: NonNullable<UsagePage['chosen']>;
  loadedAt: string;
}

/** Where a meter's usage of the period went: each group, its days as a line, its quantity and its part of the whole. */
export function GroupTable({ page, chosen, loadedAt }: GroupTableProps) {
  const { meter, groups, groupBy, days } = chosen;
  const { series } = chartModel(chosen);
  const { wholePeriod } = aggregationWords(meter.aggregation);
  const adds = sumsToTheWhole(meter.aggregation);
  const whole = days.filter((d) => d.state === 'metered');
  const largest = Math.max(...groups.map((g) => Number(g.quantity ?? 0)));
  const of = adds ? Number(meter.quantity ?? 0) : largest;
  const unit = meter.quantity === null ? meter.unit : quantityText(meter, meter.quantity).unit;
  return (
    <>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col" className="capitalize">
              {dimensionName(groupBy ?? '')}
            </th>
            <th scope="col" className="on-wide">
              {spanOf(whole)}
            </th>
            <th scope="col" className="n">
              {unit}
            </th>
            <th scope="col" className="share">
              {adds ? 'Share' : 'Compared'}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group, i) => (
            <tr key={group.value ?? 'others'}>
              <GroupHead
                page={page}
                chosen={chosen}
                group={group}
                pattern={series.length > 1 ? (series[i]?.pattern ?? 1) : null}
              />
              <td className="on-wide">
                <Sparkline values={whole.map((d) => d.byGroup[i] ?? null)} />
              </td>
              <td className="n">
                <QuantityValue measure={meter} quantity={group.quantity} />
              </td>
              <td className="share">
                <ShareBar part={Number(group.quantity ?? 0)} of={of} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{wholePeriod}</th>
            <td className="on-wide" />
            <td className="n">
              <QuantityValue measure={meter} quantity={meter.quantity} />
            </td>
            <td className="share" />
          </tr>
        </tfoot>
      </table>
      <p className="mt-2 text-fine text-ink-3">
        Metered through {momentText(page.meteredThrough, page.account.timeZone, loadedAt)}.
        {!adds && ' Groups do not add up to the month: it is not a sum.'}
      </p>
    </>
  );
}

type GroupHeadProps = Pick<GroupTableProps, 'page' | 'chosen'> & { group: UsageGroup; pattern: number | null };

/** A group's name, with its pattern in the chart, and of an app what it costs. */
function GroupHead({ page, chosen: { meter, groups, groupBy }, group, pattern }: GroupHeadProps) {
  const invoiceId = page.period.open ? 'current' : page.period.key;
  return (
    <th scope="row" className={group.value ? 'break-anywhere' : 'break-anywhere font-normal text-ink-2!'}>
      {pattern !== null && <Swatch pattern={pattern} />}
      {groupName(group, groupBy)}
      {groupBy === 'app' && (
        <Link
          className="text-link ml-2 text-fine print:hidden"
          to={paths.invoiceCharges(page.account.id, invoiceId, {
            meter: meter.key,
            ...appsOf(groups, group),
          })}
          aria-label={`What ${groupName(group, groupBy)} costs`}
        >
          costs
        </Link>
      )}
    </th>
  );
}

/** An app, or any app but those that are named. */
function appsOf(groups: readonly UsageGroup[], { value }: UsageGroup): ChargeChoice {
  return value === null ? { exceptApps: groups.flatMap((group) => group.value ?? []) } : { app: value };
}

function spanOf(days: UsageDay[]): string {
  const [first] = days;
  const last = days[days.length - 1];
  if (!first || !last) return 'Days';
  return first === last ? dayText(first.day) : `${dayText(first.day)} – ${dayText(last.day)}`;
}
