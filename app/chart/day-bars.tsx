import { lazy, type ReactNode, Suspense } from 'react';
import { useHydrated } from '../hydrated.ts';
import type { ChartModel } from './chart-model.ts';
import { Legend } from './chart-patterns.tsx';
import { StaticChart } from './static-chart.tsx';

const InteractiveChart = lazy(() => import('./interactive-chart.tsx').then((m) => ({ default: m.InteractiveChart })));

interface DayBarsProps {
  model: ChartModel;
  /** What the picture shows, for whoever does not see it; says where the same numbers are in text. */
  label: string;
  /** A day's numbers on hover and by arrow keys. */
  tip: (day: string) => ReactNode;
  /** Where a day that has come leads; the same links are in the table the label speaks of. */
  to?: (day: string) => string;
}

/** Days as bars: the server's picture first, the interactive one over it once its script is here. */
export function DayBars({ model, label, tip, to }: DayBarsProps) {
  const hydrated = useHydrated();
  return (
    <div className="flex flex-col gap-2">
      <Legend series={model.series} running={model.columns.some((c) => c.state === 'running')} />
      <div className="chart">
        <StaticChart model={model} label={label} to={to} />
        {hydrated && (
          <Suspense fallback={null}>
            <InteractiveChart model={model} label={label} tip={tip} to={to} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
