import { type ClickHouse, levelUsageInWindows, usageInWindows } from '../../clickhouse/index.ts';
import { isLevels } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import { addQuantities, levelSeconds } from '../domain/quantity.ts';
import type { CompiledMeter } from '../metering/extract.ts';
import { stretchesOf } from '../metering/stretches.ts';
import type { Readings } from '../metering/watermark.ts';

/** How to cut a meter's usage of one account. */
export interface UsageCut {
  /** Rising instants; window i is `[bounds[i], bounds[i + 1])`. */
  bounds: readonly Micros[];
  /** `subject` or dimension names of the meter. */
  groupBy: readonly string[];
  /** Only these values of `subject` or a dimension. */
  only?: Readonly<Record<string, readonly string[]>>;
  /** Keep only these values of the first grouping apart; all others become one group, `[]`. */
  keep?: readonly string[];
  /** Where open intervals end; default the watermark. Given when several questions must agree. */
  through?: Micros;
}

/** Usage of one group in one window; windows and groups without usage have no cell. */
export interface UsageCell {
  window: Micros;
  group: string[];
  /** Exact decimal text in the meter's unit; level-seconds for time-weighted meters. */
  quantity: string;
}

/** Answers how much of a meter an account used. Every surface that shows usage asks here. */
export type UsageReader = (
  accountId: string,
  meter: CompiledMeter,
  cut: UsageCut,
) => Promise<{ cells: UsageCell[]; meteredThrough: Micros }>;

/**
 * Where the meter's aggregation changed inside a window, the window's usage is the sum of what it comes to before and after,
 * each by itself: what a charge counts.
 * @throws RangeError when a name in `groupBy` or `only` is neither `subject` nor a dimension of the meter
 */
export function createUsageReader(
  store: ClickHouse,
  readings: Readings,
  endOf: (accountId: string) => Micros | undefined,
): UsageReader {
  const readCut = async (
    accountId: string,
    meter: CompiledMeter,
    cut: UsageCut,
    meteredThrough: Micros,
  ): ReturnType<UsageReader> => {
    const through = cut.through ?? meteredThrough;
    const position = (name: string): number => {
      if (name === 'subject') return 0;
      const index = meter.dimensionNames.indexOf(name);
      if (index < 0) throw new RangeError(`meter ${meter.key} has no dimension "${name}"`);
      return index + 1;
    };
    const question = {
      meter: meter.key,
      meterVersion: meter.version,
      groupBy: cut.groupBy.map(position),
      only: Object.entries(cut.only ?? {}).map(([name, values]) => ({ on: position(name), values })),
      keep: cut.keep ?? null,
    };
    const read = async ({ aggregation }: CompiledMeter, bounds: readonly Micros[]): Promise<UsageCell[]> => {
      if (isLevels(aggregation)) {
        // What still runs at the end of an account runs no longer.
        const until = Math.min(through, endOf(accountId) ?? through);
        const rows = await levelUsageInWindows(store.read, accountId, { ...question, bounds, through: until });
        return rows.map(({ levelMicros, ...row }) => ({ ...row, quantity: levelSeconds(levelMicros) }));
      }
      const rows = await usageInWindows(store.read, accountId, { ...question, bounds, aggregation });
      return rows.map(({ value, ...row }) => ({ ...row, quantity: value }));
    };
    const [from, to] = [cut.bounds[0], cut.bounds.at(-1)];
    if (from === undefined || to === undefined) return { cells: [], meteredThrough: through };
    const stretches = stretchesOf(meter, { from, to });
    const ofStretches = stretches.map((stretch) => {
      const inside = cut.bounds.filter((at) => at > stretch.from && at < stretch.to);
      return read(stretch.meter, [stretch.from, ...inside, stretch.to]);
    });
    const cells = await Promise.all(ofStretches);
    return { cells: cells.length === 1 ? (cells[0] ?? []) : joined(cells.flat(), cut.bounds), meteredThrough: through };
  };
  return (accountId, meter, cut) => readings.read((meteredThrough) => readCut(accountId, meter, cut, meteredThrough));
}

/** Cells of stretches as cells of the windows they lie in. */
function joined(cells: readonly UsageCell[], bounds: readonly Micros[]): UsageCell[] {
  const whole = new Map<string, UsageCell>();
  for (const cell of cells) {
    const window = bounds.findLast((bound) => bound <= cell.window) ?? cell.window;
    const key = JSON.stringify([window, cell.group]);
    const before = whole.get(key);
    whole.set(key, { ...cell, window, quantity: addQuantities([...(before ? [before.quantity] : []), cell.quantity]) });
  }
  return [...whole.values()].sort((a, b) => a.window - b.window);
}
