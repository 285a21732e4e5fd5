import type { UsageDay, UsagePage } from '#server/services/usage-page.types.ts';
import { quantityText } from '../../format/quantity.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { dayText, momentText } from '../../format/time.ts';
import { chartModel } from './chart-model.ts';
import { Swatch } from './chart-patterns.tsx';
import { aggregationWords, dimensionName, groupName } from './words.ts';

interface GroupTableProps {
  page: UsagePage;
  chosen: NonNullable<UsagePage['chosen']>;
  asOf: string;
}

const WIDTH = 112;
const HEIGHT = 22;

/** Where a meter's usage of the period went: each group, its days as a line, its quantity and its part of the whole. */
export function GroupTable({ page, chosen, asOf }: GroupTableProps) {
  const { meter, groups, groupBy, days } = chosen;
  const { series } = chartModel(chosen);
  const { adds, wholePeriod } = aggregationWords(meter.aggregation);
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
              <th scope="row" className={group.value ? 'break-anywhere' : 'break-anywhere font-normal text-ink-2!'}>
                {series.length > 1 && <Swatch pattern={series[i]?.pattern ?? 1} />}
                {groupName(group, groupBy)}
              </th>
              <td className="on-wide">
                <Sparkline values={whole.map((d) => d.byGroup[i] ?? null)} />
              </td>
              <td className="n">
                <QuantityValue measure={meter} quantity={group.quantity} />
              </td>
              <td className="share">
                <Share part={Number(group.quantity ?? 0)} of={of} />
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
        Metered through {momentText(page.meteredThrough, page.account.timeZone, asOf)}.
        {!adds && ' Groups do not add up to the month: it is not a sum.'}
      </p>
    </>
  );
}

function spanOf(days: UsageDay[]): string {
  const [first] = days;
  const last = days[days.length - 1];
  if (!first || !last) return 'Days';
  return first === last ? dayText(first.day) : `${dayText(first.day)} – ${dayText(last.day)}`;
}

/** Whole days as a line, each group on a scale of its own; a day without usage lies on the ground. */
function Sparkline({ values }: { values: (string | null)[] }) {
  if (values.length < 2) return null;
  const numbers = values.map((v) => Math.max(0, Number(v ?? 0)));
  const top = Math.max(...numbers, Number.MIN_VALUE);
  const points = numbers.map((n, i) => {
    const x = (i / (numbers.length - 1)) * WIDTH;
    const y = HEIGHT - 3 - (n / top) * (HEIGHT - 6);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
      <path className="sparkline" d={`M${points.join('L')}`} />
    </svg>
  );
}

/** How much of the whole, as a length; its float never becomes a number to read. */
function Share({ part, of }: { part: number; of: number }) {
  const width = of > 0 ? Math.min(100, Math.max(0, (part / of) * 100)) : 0;
  return (
    <svg className="share-bar" height="6" aria-hidden="true" focusable="false">
      <rect className="share-track" width="100%" height="6" rx="3" />
      <rect className="series-1" width={`${width.toFixed(1)}%`} height="6" rx="3" />
    </svg>
  );
}
