import { type ChartModel, type Column, tickText } from './chart-model.ts';
import { patternFill } from './chart-patterns.tsx';

/** Pixels down the picture; across it everything is a percentage, so that one picture fits every width undistorted. */
const TOP = 16;
const BASE = 216;
const LABELS = 232;

interface StaticChartProps {
  model: ChartModel;
  label: string;
  /** Where a column leads, for pointers: with a keyboard the table beside the picture leads there. */
  to?: ((at: string) => string) | undefined;
}

/** The chart as plain SVG: what the server paints, what stands without scripts, and what prints. */
export function StaticChart({ model, label, to }: StaticChartProps) {
  const { columns, ticks, top } = model;
  const y = (value: number) => round(BASE - (value / top) * (BASE - TOP));
  const percent = (part: number) => `${round((part / columns.length) * 100)}%`;
  return (
    <div className="chart-static" role="img" aria-label={label}>
      <svg height="240" aria-hidden="true" focusable="false">
        {ticks.map((tick) => (
          <text key={tick} x="40" y={y(tick) + 4} textAnchor="end">
            {tickText(tick)}
          </text>
        ))}
      </svg>
      <svg height="240" aria-hidden="true" focusable="false">
        {ticks.map((tick) => (
          <line key={tick} className="grid-line" x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
        ))}
        {columns.map((column) => (
          <StackedBar key={column.at} column={column} model={model} y={y} percent={percent} />
        ))}
        {to &&
          columns
            .filter(({ state }) => state !== 'future')
            .map(({ at, index }) => (
              <a key={at} href={to(at)} tabIndex={-1}>
                <rect className="day-link" x={percent(index)} y={TOP} width={percent(1)} height={BASE - TOP} />
              </a>
            ))}
        {columns.map(
          ({ at, index, label: text }) =>
            text !== null && (
              <text key={at} x={percent(index + 0.5)} y={LABELS} textAnchor="middle">
                {text}
              </text>
            ),
        )}
      </svg>
    </div>
  );
}

interface StackedBarProps {
  column: Column;
  model: ChartModel;
  y: (value: number) => number;
  percent: (part: number) => string;
}

function StackedBar({ column, model, y, percent }: StackedBarProps) {
  if (column.state === 'future') return null;
  const x = percent(column.index + 0.1);
  const width = percent(0.8);
  const running = column.state === 'running';
  let below = 0;
  const bars = column.values.map((value, i) => {
    const bottom = y(below);
    below += value;
    const series = model.series[i];
    if (!series || value <= 0) return null;
    const height = bottom - y(below);
    // A hairline between neighbours, where there is room for one.
    const shown = Math.max(height - (height > 3 ? 1 : 0), 0.5);
    return (
      <rect
        key={series.name}
        x={x}
        y={round(bottom - shown)}
        width={width}
        height={round(shown)}
        fill={patternFill(series.pattern)}
      />
    );
  });
  return (
    <>
      <g opacity={running ? 0.6 : undefined}>{bars}</g>
      {column.marked && (
        <svg x={percent(column.index + 0.5)} y={y(below) - 11} overflow="visible" aria-hidden="true">
          <path className="day-mark" d={DAY_MARK} />
        </svg>
      )}
      {running && (
        <>
          <rect className="so-far" x={x} y={y(below)} width={width} height={round(BASE - y(below))} />
          {hasRoomBeside(column.index, model) && (
            <text className="so-far-label" x={x} y={y(below) - 5}>
              so far
            </text>
          )}
        </>
      )}
    </>
  );
}

/** A small triangle that points down at the middle of its bar. */
export const DAY_MARK = 'M-4 0H4L0 6Z';

/** The words "so far" stand over what is to come; late in the month, or the day, only the dashes and the legend say it. */
export function hasRoomBeside(index: number, model: ChartModel): boolean {
  return model.columns.length - index > 2;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
