import { type Bucket, type Contribution, type LevelResource, minuteOf } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import type { LevelTimes } from './intervals.ts';

/** Tells of a meter version whether, when and how its contributions are levels. */
export type LevelsOf = (meter: string, version: number) => LevelTimes | null;

/** A resource whose intervals change from an instant on. */
export interface ChangedResource {
  resource: LevelResource;
  since: Micros;
}

/** The usage of an account and meter version. */
interface Scope extends Omit<LevelResource, 'subject'> {
  levels: LevelTimes | null;
  minutes: Set<number>;
  /** By subject. */
  resources: Map<string, ChangedResource>;
}

/** Gathers which buckets and which resources contributions touch. */
export class Touched {
  private readonly scopes: Scope[] = [];
  /** Looked up by texts that exist already: to build a key for every contribution costs more than all the rest. */
  private readonly accounts = new Map<string, Map<string, Scope[]>>();

  constructor(private readonly levelsOf: LevelsOf) {}

  add(contributions: readonly Contribution[]): void {
    for (const { accountId, meter, meterVersion, subject, time } of contributions) {
      const scope = this.scopeOf(accountId, meter, meterVersion);
      // A minute in which levels give way to counting holds both, so all of them are kept in minutes.
      if (scope.levels === null || scope.levels.isMixed) scope.minutes.add(minuteOf(time));
      if (scope.levels === null || scope.levels.at(time) === null) continue;
      const known = scope.resources.get(subject);
      if (known === undefined) {
        scope.resources.set(subject, { resource: { accountId, meter, meterVersion, subject }, since: time });
      } else if (time < known.since) known.since = time;
    }
  }

  isEmpty(): boolean {
    return this.scopes.length === 0;
  }

  /** Each meter version once. */
  meters(): { meter: string; meterVersion: number }[] {
    const once = new Map(
      this.scopes.map(({ meter, meterVersion }) => [`${meter} ${meterVersion}`, { meter, meterVersion }]),
    );
    return [...once.values()];
  }

  minutes(): Bucket[] {
    return this.scopes.flatMap((scope) => bucketsOf(scope, scope.minutes));
  }

  hours(): Bucket[] {
    return this.scopes.flatMap((scope) =>
      bucketsOf(scope, new Set([...scope.minutes].map((minute) => minute - (minute % 3600)))),
    );
  }

  resources(): ChangedResource[] {
    return this.scopes.flatMap((scope) => [...scope.resources.values()]);
  }

  private scopeOf(accountId: string, meter: string, meterVersion: number): Scope {
    const versions = this.accounts.get(accountId)?.get(meter) ?? [];
    const known = versions.find((each) => each.meterVersion === meterVersion);
    if (known !== undefined) return known;
    const levels = this.levelsOf(meter, meterVersion);
    const scope = { accountId, meter, meterVersion, levels, minutes: new Set<number>(), resources: new Map() };
    const meters = this.accounts.get(accountId) ?? new Map<string, Scope[]>();
    this.accounts.set(accountId, meters.set(meter, [...versions, scope]));
    this.scopes.push(scope);
    return scope;
  }
}

function bucketsOf({ accountId, meter, meterVersion }: Scope, starts: ReadonlySet<number>): Bucket[] {
  return [...starts].map((start) => ({ accountId, meter, meterVersion, start }));
}
