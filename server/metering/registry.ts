import type { MeterReading } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { eventTypesOf, type Meter } from '../domain/meter.ts';
import { type CompiledMeter, compileMeter } from './extract.ts';
import type { LevelTimes } from './intervals.ts';
import { isEverLatest, levelTimesOf } from './stretches.ts';

/** A meter version and whether it answers questions yet. */
export interface RegisteredMeter extends CompiledMeter {
  state: 'pending' | 'current';
  /** Only events received up to here count: the meter as it stood then. */
  asOf?: Micros;
}

/** What is read of the meter's measurements. */
export function readingOf({ key, version, asOf }: RegisteredMeter): MeterReading {
  return { meter: key, meterVersion: version, ...(asOf === undefined ? {} : { asOf }) };
}

/**
 * The meters in force, in memory, because every event asks for them. `revision` changes with every change, so that
 * work prepared under older definitions is recognised and done again.
 */
export class MeterRegistry {
  revision = 0;
  private byType = new Map<string, CompiledMeter[]>();
  private byKey = new Map<string, RegisteredMeter>();
  private all: RegisteredMeter[] = [];
  private signature = '';
  private levels = new Map<string, LevelTimes>();
  private turning = new Set<string>();

  constructor(private readonly loadActive: () => Promise<(Meter & { state: 'pending' | 'current' })[]>) {}

  /** Reads the definitions again and takes them at once. @returns whether anything changed */
  async reload(): Promise<boolean> {
    const change = await this.changed();
    change?.();
    return change !== null;
  }

  /** Reads the definitions again. @returns what takes them, or `null` when nothing changed */
  async changed(): Promise<(() => void) | null> {
    const meters = await this.loadActive();
    const signature = meters
      .map((meter) => `${meter.key} ${meter.version} ${meter.state}`)
      .sort()
      .join('\n');
    if (signature === this.signature) return null;
    const { revision } = this;
    return () => {
      // What was taken meanwhile was read later.
      if (this.revision !== revision) return;
      this.signature = signature;
      this.take(meters.map((meter) => ({ ...compileMeter(meter), state: meter.state })));
    };
  }

  private take(meters: RegisteredMeter[]): void {
    this.all = meters;
    this.byType = groupByType(this.all);
    this.byKey = new Map(this.all.filter((meter) => meter.state === 'current').map((meter) => [meter.key, meter]));
    this.levels = new Map();
    for (const meter of this.all) {
      const levels = levelTimesOf(meter);
      if (levels !== null) this.levels.set(`${meter.key} ${meter.version}`, levels);
    }
    this.turning = new Set(this.all.flatMap((meter) => (meter.rulings === undefined ? [] : eventTypesOf(meter))));
    this.revision++;
  }

  /** Every active version that reads this event type at one time or another, pending ones included. */
  readersOf(type: string): readonly CompiledMeter[] {
    return this.byType.get(type) ?? [];
  }

  /** Whether what events of this type add depends on when they happened. */
  turns(type: string): boolean {
    return this.turning.has(type);
  }

  /** The version that answers questions, or `undefined`. */
  current(key: string): RegisteredMeter | undefined {
    return this.byKey.get(key);
  }

  currentMeters(): RegisteredMeter[] {
    return this.all.filter((meter) => meter.state === 'current').sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  pending(): RegisteredMeter[] {
    return this.all.filter((meter) => meter.state === 'pending');
  }

  /** Whether a version is asked for a latest value; also when it is not known here. */
  latestOf(key: string, version: number): boolean {
    const meter = this.all.find((each) => each.key === key && each.version === version);
    return meter === undefined || isEverLatest(meter);
  }

  /** When a version's contributions are levels, and how; `null` when they never are. */
  levelsOf(key: string, version: number): LevelTimes | null {
    return this.levels.get(`${key} ${version}`) ?? null;
  }
}

function groupByType(meters: CompiledMeter[]): Map<string, CompiledMeter[]> {
  const byType = new Map<string, CompiledMeter[]>();
  for (const meter of meters) {
    for (const type of eventTypesOf(meter)) byType.set(type, [...(byType.get(type) ?? []), meter]);
  }
  return byType;
}
