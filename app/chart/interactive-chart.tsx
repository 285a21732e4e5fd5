import { useNavigate } from '@remix-run/react';
import { type MouseEvent, type ReactNode, useRef } from 'react';
import { Bar, BarChart, type BarShapeProps, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { type ChartModel, type Column, tickText } from './chart-model.ts';
import { patternFill } from './chart-patterns.tsx';
import { DAY_MARK, hasRoomBeside } from './static-chart.tsx';

/** Pixels left of the bars. */
const AXIS_WIDTH = 48;

interface InteractiveChartProps {
  model: ChartModel;
  label: string;
  /** A column's numbers, as the page has them: text, not the chart's floats. */
  tip: (at: string) => ReactNode;
  /** Where a column that has come leads. */
  to?: ((at: string) => string) | undefined;
}

/** The same bars on the same scale as `StaticChart`, with each column's numbers on hover and by arrow keys. */
export function InteractiveChart({ model, label, tip, to }: InteractiveChartProps) {
  const { series, columns, ticks, top } = model;
  const navigate = useNavigate();
  const pointedAt = useRef<string | null>(null);
  const open = (column: Column | undefined) => {
    if (to !== undefined && column !== undefined && column.state !== 'future') navigate(to(column.at));
  };
  const pointed = () => columns.find(({ at }) => at === pointedAt.current);
  // By where it was hit: a tap comes before anything was pointed at.
  const hit = ({ clientX, currentTarget }: MouseEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return columns[Math.floor(((clientX - left - AXIS_WIDTH) / (width - AXIS_WIDTH)) * columns.length)];
  };
  const tipOf = (at: string | null) => {
    pointedAt.current = at;
    return at === null ? null : tip(at);
  };
  const labels = new Map(columns.flatMap(({ at, label: text }) => (text === null ? [] : [[at, text] as const])));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what has the focus is the chart inside, which moves from bar to bar.
    <div
      className={to === undefined ? 'chart-interactive' : 'chart-interactive chart-opens'}
      onClick={(event) => open(hit(event))}
      onKeyDown={({ key }) => key === 'Enter' && open(pointed())}
    >
      <ResponsiveContainer width="100%" height={240}>
        <BarChart
          data={columns}
          margin={{ top: 16, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="10%"
          aria-label={label}
        >
          <CartesianGrid vertical={false} horizontalValues={ticks} className="grid-line" stroke="var(--line)" />
          <XAxis
            dataKey="at"
            height={24}
            ticks={[...labels.keys()]}
            interval={0}
            tickFormatter={(at: string) => labels.get(at) ?? ''}
            tickLine={false}
            axisLine={false}
            tickMargin={4}
          />
          <YAxis
            width={AXIS_WIDTH}
            domain={[0, top]}
            ticks={ticks}
            interval={0}
            tickFormatter={tickText}
            tickLine={false}
            axisLine={false}
            tickMargin={6}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--ink)', fillOpacity: 0.06 }}
            content={({ active, label: at }) => tipOf(active ? String(at) : null)}
          />
          {series.map(({ name }, i) => (
            <Bar
              key={name}
              name={name}
              dataKey={({ values }: Column) => values[i]}
              stackId="column"
              isAnimationActive={false}
              shape={(bar: BarShapeProps) => <Segment bar={bar} model={model} part={i} />}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** One part of one bar, drawn as `StaticChart` draws it; the last part also marks what still runs. */
function Segment({ bar, model, part }: { bar: BarShapeProps; model: ChartModel; part: number }) {
  const { x, y, width, height, background, originalDataIndex } = bar;
  const column = model.columns[originalDataIndex];
  const running = column?.state === 'running';
  const isLast = part === model.series.length - 1;
  const base = (background?.y ?? 0) + (background?.height ?? 0);
  const shown = height <= 0 ? 0 : Math.max(height - (height > 3 ? 1 : 0), 0.5);
  return (
    <>
      {shown > 0 && (
        <rect
          x={x}
          y={y + height - shown}
          width={width}
          height={shown}
          fill={patternFill(model.series[part]?.pattern ?? 1)}
          opacity={running ? 0.6 : undefined}
        />
      )}
      {column?.marked && isLast && (
        <path className="day-mark" d={DAY_MARK} transform={`translate(${x + width / 2} ${y - 11})`} />
      )}
      {running && isLast && (
        <>
          <rect className="so-far" x={x} y={y} width={width} height={Math.max(0, base - y)} />
          {hasRoomBeside(originalDataIndex, model) && (
            <text className="so-far-label" x={x} y={y - 5}>
              so far
            </text>
          )}
        </>
      )}
    </>
  );
}
