import { lazy, type ReactNode, Suspense } from 'react';
import { useHydrated } from '../hydrated.ts';
import type { ChartModel } from './chart-model.ts';
import { Legend } from './chart-patterns.tsx';
import { StaticChart } from './static-chart.tsx';

const InteractiveChart = lazy(() => import('./interactive-chart.tsx').then((m) => ({ default: m.InteractiveChart })));

interface TimeBarsProps {
  model: ChartModel;
  /** What the picture shows, for whoever does not see it; says where the same numbers are in text. */
  label: string;
  /** A bar's numbers on hover and by arrow keys. */
  tip: (at: string) => ReactNode;
  /** Where a bar of what has come leads; the same links are in the table the label speaks of. */
  to?: (at: string) => string;
  /** What still runs, for the legend. */
  running?: string;
}

/** Days, or hours, as bars: the server's picture first, the interactive one over it once its script is here. */
export function TimeBars({ model, label, tip, to, running = 'today, so far' }: TimeBarsProps) {
  const hydrated = useHydrated();
  const isRunning = model.columns.some(({ state }) => state === 'running');
  return (
    <div className="flex flex-col gap-2">
      <Legend series={model.series} running={isRunning ? running : null} />
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
