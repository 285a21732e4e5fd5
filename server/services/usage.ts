import { type ClickHouse, levelUsageInWindows, type Micros, usageInWindows } from '../../clickhouse/index.ts';
import { levelSeconds } from '../domain/quantity.ts';
import type { CompiledMeter } from '../metering/extract.ts';
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

/** @throws RangeError when a name in `groupBy` or `only` is neither `subject` nor a dimension of the meter */
export function createUsageReader(store: ClickHouse, readings: Readings): UsageReader {
  const read = async (
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
      bounds: cut.bounds,
      groupBy: cut.groupBy.map(position),
      only: Object.entries(cut.only ?? {}).map(([name, values]) => ({ on: position(name), values })),
      keep: cut.keep ?? null,
    };
    if (meter.aggregation === 'time_weighted') {
      const rows = await levelUsageInWindows(store.read, accountId, { ...question, through });
      return {
        cells: rows.map(({ levelMicros, ...row }) => ({ ...row, quantity: levelSeconds(levelMicros) })),
        meteredThrough: through,
      };
    }
    const rows = await usageInWindows(store.read, accountId, { ...question, aggregation: meter.aggregation });
    return { cells: rows.map(({ value, ...row }) => ({ ...row, quantity: value })), meteredThrough: through };
  };
  return (accountId, meter, cut) => readings.read((meteredThrough) => read(accountId, meter, cut, meteredThrough));
}
