import { lazy, Suspense } from 'react';
import type { UsagePage } from '#server/services/usage-page.types.ts';
import { quantityText } from '../../format/quantity.ts';
import { monthText } from '../../format/time.ts';
import { useHydrated } from '../../hydrated.ts';
import { chartModel } from './chart-model.ts';
import { Legend } from './chart-patterns.tsx';
import { StaticChart } from './static-chart.tsx';

const InteractiveChart = lazy(() => import('./interactive-chart.tsx').then((m) => ({ default: m.InteractiveChart })));

interface DayChartProps {
  chosen: NonNullable<UsagePage['chosen']>;
  period: UsagePage['period'];
}

/** A meter's days as bars: the server's picture first, the interactive one over it once its script is here. */
export function DayChart({ chosen, period }: DayChartProps) {
  const hydrated = useHydrated();
  const model = chartModel(chosen);
  const { meter } = chosen;
  const total = meter.quantity === null ? 'no usage metered' : quantityText(meter, meter.quantity).short;
  const label = `${meter.description} by day in ${monthText(period.key)}, in all ${total} ${model.unit}. The table has the same numbers.`;
  return (
    <div className="flex flex-col gap-2">
      <Legend series={model.series} running={model.columns.some((c) => c.state === 'running')} />
      <div className="chart">
        <StaticChart model={model} label={label} />
        {hydrated && (
          <Suspense fallback={null}>
            <InteractiveChart model={model} chosen={chosen} label={label} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
