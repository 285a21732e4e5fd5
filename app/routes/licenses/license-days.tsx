import type { LicensesPage, LicenseUse } from '#server/pages/spend-pages.types.ts';
import { dayColumn, modelOf } from '../../chart/chart-model.ts';
import { TimeBars } from '../../chart/time-bars.tsx';
import { TimeTip } from '../../chart/time-tip.tsx';
import { dayText } from '../../format/time.ts';

interface LicenseDaysProps {
  license: LicenseUse;
  period: LicensesPage['period'];
  amount: (units: string) => string;
}

/** What was used of it each day. */
export function LicenseDays({ license, period, amount }: LicenseDaysProps) {
  const { days, product, unit } = license;
  const stateOf = (index: number): 'metered' | 'running' | 'future' => {
    if (days[index]?.drawnUnits == null) return 'future';
    return period.open && days[index + 1]?.drawnUnits == null ? 'running' : 'metered';
  };
  const columns = days.map(({ day, drawnUnits }, index) => ({
    ...dayColumn(day, index),
    state: stateOf(index),
    values: [Math.max(0, Number(drawnUnits ?? 0))],
  }));
  const model = modelOf([{ name: product, pattern: 1 }], columns, unit);
  return (
    <TimeBars
      model={model}
      label={`${product} used by day. The table below has the same numbers.`}
      tip={(day) => {
        const index = days.findIndex((d) => d.day === day);
        const drawn = days[index]?.drawnUnits;
        return (
          <TimeTip name={dayText(day)} state={stateOf(index)} total={drawn == null ? '' : amount(drawn)} groups={[]} />
        );
      }}
    />
  );
}
