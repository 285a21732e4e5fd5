import type { ReactNode } from 'react';
import { dayText } from '../format/time.ts';
import { Swatch } from './chart-patterns.tsx';

interface DayTipProps {
  day: string;
  state: 'metered' | 'running' | 'future';
  /** The day's own number; said in words when there is none. */
  total: ReactNode;
  groups: { name: string; pattern: number; value: string }[];
  /** Whether the day can be gone to from its bar. */
  opens?: boolean;
}

/** One day's numbers beside the chart's pointer. */
export function DayTip({ day, state, total, groups, opens = false }: DayTipProps) {
  return (
    <div className="chart-tip">
      <p className="font-semibold">
        {dayText(day)}
        {state === 'running' && <span className="tag tag-open ml-2">so far</span>}
      </p>
      <p>{state === 'future' ? 'still to come' : total}</p>
      {groups.map(({ name, pattern, value }) => (
        <p key={name} className="flex justify-between gap-4">
          <span className="truncate">
            <Swatch pattern={pattern} />
            {name}
          </span>
          <span>{value}</span>
        </p>
      ))}
      {opens && <p className="text-ink-3">A click, or Enter, opens the day.</p>}
    </div>
  );
}
