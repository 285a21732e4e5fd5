import type { MeterReading, Micros } from '../../clickhouse/index.ts';
import { type CompiledMeter, compileMeter } from './extract.ts';
import type { Meter } from './meter.ts';

/** A meter version and whether it answers questions yet. */
export interface RegisteredMeter extends CompiledMeter {
  state: 'pending' | 'current';
  /** Only events received up to here count: the meter as it stood then. */
  receivedBy?: Micros;
}

/** What is read of the meter's measurements. */
export function readingOf({ key, version, receivedBy }: RegisteredMeter): MeterReading {
  return { meter: key, meterVersion: version, ...(receivedBy === undefined ? {} : { receivedBy }) };
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
  private levels = new Map<string, 'slots' | 'amount'>();

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
      if (meter.aggregation === 'time_weighted')
        this.levels.set(`${meter.key} ${meter.version}`, meter.levels ?? 'amount');
    }
    this.revision++;
  }

  /** Every active version that reads this event type, pending ones included. */
  readersOf(type: string): readonly CompiledMeter[] {
    return this.byType.get(type) ?? [];
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

  /** Whether a version is asked for its latest value; also when it is not known here. */
  latestOf(key: string, version: number): boolean {
    const meter = this.all.find((each) => each.key === key && each.version === version);
    return meter === undefined || meter.aggregation === 'latest';
  }

  /** How a version's contributions are levels; `null` when they are not. */
  levelsOf(key: string, version: number): 'slots' | 'amount' | null {
    return this.levels.get(`${key} ${version}`) ?? null;
  }
}

function groupByType(meters: CompiledMeter[]): Map<string, CompiledMeter[]> {
  const byType = new Map<string, CompiledMeter[]>();
  for (const meter of meters) byType.set(meter.eventType, [...(byType.get(meter.eventType) ?? []), meter]);
  return byType;
}
