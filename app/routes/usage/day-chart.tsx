import type { UsagePage } from '#server/usage/usage.types.ts';
import { TimeBars } from '../../chart/time-bars.tsx';
import { TimeTip } from '../../chart/time-tip.tsx';
import { quantityText } from '../../format/quantity.ts';
import { dayText, monthText } from '../../format/time.ts';
import { chartModel } from './chart-model.ts';

interface DayChartProps {
  chosen: NonNullable<UsagePage['chosen']>;
  period: UsagePage['period'];
}

/** A meter's days as bars. */
export function DayChart({ chosen, period }: DayChartProps) {
  const model = chartModel(chosen);
  const { meter } = chosen;
  const total = meter.quantity === null ? 'no usage metered' : quantityText(meter, meter.quantity).short;
  const label = `${meter.description} by day in ${monthText(period.key)}, in all ${total} ${model.unit}. The table has the same numbers.`;
  return <TimeBars model={model} label={label} tip={(day) => <UsageTip chosen={chosen} day={day} />} />;
}

function UsageTip({ chosen, day }: { chosen: DayChartProps['chosen']; day: string }) {
  const { meter, days } = chosen;
  const { series } = chartModel(chosen);
  const used = days.find((d) => d.day === day);
  if (!used) return null;
  const total = used.quantity === null ? null : quantityText(meter, used.quantity);
  const groups = series.flatMap(({ name, pattern }, i) => {
    const quantity = used.byGroup[i];
    return quantity == null ? [] : [{ name, pattern, value: quantityText(meter, quantity).short }];
  });
  return (
    <TimeTip
      name={dayText(day)}
      state={used.state}
      total={total ? `${total.short} ${total.unit}` : 'no usage metered'}
      groups={series.length > 1 ? groups : []}
    />
  );
}
