import { dayText } from '../format/time.ts';

/** Patterns 1 to 6 for groups by size, 7 for the rest together. */
const REST = 7;

/** One colour and pattern of the chart. */
export interface Series {
  name: string;
  /** 1 to 7. */
  pattern: number;
}

/** One day or hour, its values on the axis; floats, good for pixels and for nothing else. */
export interface Column {
  index: number;
  /** What it is known by: a day, or the instant an hour begins. */
  at: string;
  /** Below it, where there is room for one. */
  label: string | null;
  state: 'metered' | 'running' | 'future';
  /** One for each series. */
  values: number[];
  /** Whether something happened on it that is told beside the picture. */
  marked?: boolean;
}

/** What both pictures of the chart draw, on one scale. */
export interface ChartModel {
  series: Series[];
  columns: Column[];
  unit: string;
  top: number;
  ticks: number[];
}

/** The pattern of a group: by its place among the largest, or that of all others together. */
export function patternAt(index: number, isRest: boolean): number {
  return isRest ? REST : (index % (REST - 1)) + 1;
}

/** How a day of several weeks is known and labelled. */
export function dayColumn(day: string, index: number): Pick<Column, 'index' | 'at' | 'label'> {
  return { index, at: day, label: index % 7 === 0 ? dayText(day) : null };
}

/** What both pictures draw of these columns. */
export function modelOf(series: Series[], columns: Column[], unit: string): ChartModel {
  const highest = Math.max(0, ...columns.map((c) => c.values.reduce((sum, v) => sum + v, 0)));
  return { series, columns, unit, ...scaleTo(highest) };
}

/** Three to six round ticks, the last at the highest bar or above it. */
export function scaleTo(highest: number): { top: number; ticks: number[] } {
  if (highest <= 0) return { top: 1, ticks: [0] };
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough * 0.999_999) ?? 10);
  const count = Math.ceil(highest / step - 1e-9);
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** A tick in few characters: `1.5 M`. */
export function tickText(value: number): string {
  const [size, letter] = [
    [1e12, ' T'],
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ].find(([least]) => value >= Number(least)) ?? [1, ''];
  return `${Number((value / Number(size)).toPrecision(3))}${letter}`;
}
