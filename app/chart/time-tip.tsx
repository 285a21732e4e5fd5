import type { ReactNode } from 'react';
import { Swatch } from './chart-patterns.tsx';

interface TimeTipProps {
  /** What the bar is of: a day, an hour. */
  name: string;
  state: 'metered' | 'running' | 'future';
  /** Its own number; said in words when there is none. */
  total: ReactNode;
  groups: { name: string; pattern: number; value: string }[];
  /** Whether it can be gone to from its bar. */
  opens?: boolean;
}

/** One bar's numbers beside the chart's pointer. */
export function TimeTip({ name, state, total, groups, opens = false }: TimeTipProps) {
  return (
    <div className="chart-tip">
      <p className="font-semibold">
        {name}
        {state === 'running' && <span className="tag tag-open ml-2">so far</span>}
      </p>
      <p>{state === 'future' ? 'still to come' : total}</p>
      {groups.map(({ name: group, pattern, value }) => (
        <p key={group} className="flex justify-between gap-4">
          <span className="truncate">
            <Swatch pattern={pattern} />
            {group}
          </span>
          <span>{value}</span>
        </p>
      ))}
      {opens && <p className="text-ink-3">A click, or Enter, opens the day.</p>}
    </div>
  );
}
