import { type ClickHouse, type Contribution, eventsReceivedAfter, prepareStaging } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { eventTypesOf } from '../domain/meter.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import { contributionsOf, fromRaw, placed } from './contributions.ts';
import type { MeterRegistry, RegisteredMeter } from './registry.ts';
import { type Page, type RollOptions, roll } from './roll.ts';
import type { Watermark } from './watermark.ts';

/** What a pass brought: whose usage changed, and through when everything received is counted. */
export interface Rolled {
  /** Accounts by id, and which of their meters; none of them where an event counts nowhere. */
  changed: ReadonlyMap<string, ReadonlySet<string>>;
  meteredThrough: Micros;
}

/** What the roller reads and moves, and whom it tells. */
export interface RollerDeps {
  store: ClickHouse;
  registry: MeterRegistry;
  /** Moved by the roller alone. */
  watermark: Watermark;
  now: () => Micros;
  /** Every event received up to here has been handed over; see `EventWriter.settledThrough`. */
  settledThrough: (laterThan?: Micros) => Micros;
  progress: { load: () => Promise<Micros | null>; save: (meteredThrough: Micros) => Promise<void> };
  promote: (key: string, version: number) => Promise<void>;
  onRolled: (rolled: Rolled) => void;
  onError: (error: unknown) => void;
}

const PAGE = 40_000;
/** Events whose contributions are inserted together: making them holds the process up for some ten milliseconds. */
const EVENTS_AT_ONCE = 4_000;
const MAX_WAITING = 200_000;
/** From the start of one pass to the next. */
const MIN_GAP_MS = 300;
/**
 * A pass computes the running minute and hour anew, however few events it brings. So after a long one this much, at most,
 * goes by before the next: under pressure there are fewer passes and the machine is there for the writer.
 */
const MAX_REST_MS = 1_000;
const IDLE_MS = 1_000;
/** Another node may change a meter; this one is told by nobody. */
const METERS_EVERY_MS = 5_000;
const SAVE_EVERY: Micros = 5_000_000;
/** After a start, this much before the saved watermark is rolled again: usage tables are not synced to disk. */
const LOOK_BACK: Micros = 60_000_000;
/** A failed insert may still arrive; look a second time after this long. */
const RECHECK_AFTER: Micros = 60_000_000;

/** Events of this range may have been stored though their insert failed. */
interface Recheck {
  from: Micros;
  through: Micros;
  due: Micros;
}

/** Which meters of which accounts changed. */
class Changed extends Map<string, Set<string>> {
  note(accountId: string, meter?: string): void {
    let meters = this.get(accountId);
    if (meters === undefined) {
      meters = new Set();
      this.set(accountId, meters);
    }
    if (meter !== undefined) meters.add(meter);
  }
}

/**
 * Rolls stored events into usage, several times a second. Works from what the writer hands over; whenever it cannot
 * be sure to have everything (start, failure, too much waiting) it reads the raw events again from its watermark.
 *
 * All that is read changes only as the watermark moves: a pass's usage, events that are found late, and the meters that
 * answer questions.
 */
export class Roller {
  /** False until the raw events have been caught up with after a start. */
  ready = false;

  private waiting: StoredEvent[] = [];
  private behind = true;
  private rechecks: Recheck[] = [];
  private rollingAgain = new Map<string, { boundary: Micros; position: Micros }>();
  private lastRolledAt: Micros = 0;
  private savedThrough: Micros = 0;
  private metersReadAt = Number.NEGATIVE_INFINITY;
  /** Takes changed meters; waits for the watermark to move. */
  private takeMeters: (() => void) | null = null;
  /** Something was left in staging, or may have been. */
  private stagingIsUsed = true;
  /** What was published is let go of while the roller rests. */
  private emptying: Promise<void> = Promise.resolve();
  /** Whose usage changed since it was told: also in a pass that broke off after some of it was published. */
  private untold = new Changed();
  /** The next pass has something to tell that somebody waits for. */
  private isAwaited = false;
  private rolling: Promise<void> | null = null;
  private stopping = false;
  private wake: () => void = () => {};

  constructor(private readonly deps: RollerDeps) {}

  /** Every event received up to here is in the usage tables. */
  get meteredThrough(): Micros {
    return this.deps.watermark.meteredThrough;
  }

  /** Durable events, in receive order. */
  accept(events: readonly StoredEvent[]): void {
    if (this.behind) return;
    for (const event of events) this.waiting.push(event);
    if (this.waiting.length > MAX_WAITING) {
      this.waiting = [];
      this.behind = true;
    }
    this.wake();
  }

  /** An insert of events in this range failed and may or may not have happened. */
  recheck(from: Micros, through: Micros): void {
    const now = this.deps.now();
    this.rechecks.push({ from, through, due: now }, { from, through, due: now + RECHECK_AFTER });
    this.wake();
  }

  /**
   * Looks for changed meters at once and waits until this version answers questions, its history rolled.
   * @returns whether it did within the time; a long history goes on in the background
   */
  async meterChanged(key: string, version: number, withinMs: number): Promise<boolean> {
    this.metersReadAt = Number.NEGATIVE_INFINITY;
    this.wake();
    const until = performance.now() + withinMs;
    while (performance.now() < until && !this.stopping) {
      if (this.deps.registry.current(key)?.version === version) return true;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return this.deps.registry.current(key)?.version === version;
  }

  /** Catches up with the raw events, then keeps rolling in the background. */
  async start(): Promise<void> {
    const saved = await this.deps.progress.load();
    this.deps.watermark.moveTo(saved === null ? 0 : Math.max(0, saved - LOOK_BACK));
    this.savedThrough = this.meteredThrough;
    await this.deps.registry.reload();
    const caughtUp = this.pass();
    this.rolling = caughtUp.then(
      () => {
        this.ready = !this.stopping;
        return this.loop();
      },
      () => {},
    );
    await caughtUp;
  }

  /** Finishes what was handed over and stops. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.rolling;
    try {
      // Still behind means that a long catch-up was cut short; it goes on at the next start.
      if (!this.behind) await this.pass();
      await this.emptied();
      await this.save(0);
    } catch (error) {
      this.deps.onError(error);
    }
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      const started = performance.now();
      try {
        await this.pass();
        await this.save(SAVE_EVERY);
      } catch (error) {
        // Nothing is lost: the raw events are the truth and are read again from the watermark.
        this.waiting = [];
        this.behind = true;
        this.stagingIsUsed = true;
        this.deps.onError(error);
        await this.sleep(IDLE_MS);
      }
      if (this.isAwaited) continue;
      const idle = this.waiting.length === 0 && !this.behind && this.deps.registry.pending().length === 0;
      if (idle) await this.sleep(IDLE_MS);
      const took = performance.now() - started;
      const rest = Math.max(MIN_GAP_MS - took, Math.min(took, MAX_REST_MS));
      if (rest > 0 && !this.stopping) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async save(atLeast: Micros): Promise<void> {
    if (this.meteredThrough - this.savedThrough <= atLeast) return;
    await this.deps.progress.save(this.meteredThrough);
    this.savedThrough = this.meteredThrough;
  }

  private async pass(): Promise<void> {
    this.isAwaited = false;
    if (this.stagingIsUsed) await prepareStaging(this.deps.store.roll);
    this.stagingIsUsed = false;
    if (performance.now() - this.metersReadAt > METERS_EVERY_MS) {
      this.metersReadAt = performance.now();
      this.takeMeters = await this.deps.registry.changed();
    }
    const changed = this.untold;
    if (this.behind) await this.catchUp(changed);
    if (this.behind) return;

    const due = this.rechecks.filter((range) => range.due <= this.deps.now());
    const mustMove = due.length > 0 || this.takeMeters !== null;
    const settled = mustMove ? this.deps.settledThrough(this.meteredThrough) : this.deps.settledThrough();
    // What changes has a later name. While an insert is under way there may be none; then the next pass tells of it.
    if (settled > this.meteredThrough) {
      await this.rollThrough(settled, due, changed);
      this.deps.watermark.open();
    } else if (!mustMove) this.deps.watermark.open();

    this.noticePending();
    for (const meter of this.deps.registry.pending()) await this.rollAgain(meter, changed);
    this.untold = new Changed();
    this.deps.onRolled({ changed, meteredThrough: this.meteredThrough });
  }

  private async catchUp(changed: Changed): Promise<void> {
    const settled = this.deps.settledThrough();
    // From here on the writer's events are kept again; everything before is read from the store below.
    this.behind = false;
    this.waiting = [];
    while (this.meteredThrough < settled) {
      const page = await eventsReceivedAfter(this.deps.store.roll, this.meteredThrough, settled, PAGE);
      const { events } = page;
      const last = events.at(-1);
      const isWhole = last === undefined || page.isWhole;
      await this.roll(this.pagesOf(events.map(fromRaw), true, changed), isWhole ? settled : last.receivedAt);
      if (isWhole) return;
      if (this.stopping) {
        this.behind = true;
        return;
      }
    }
  }

  /** Everything received up to here, what is found late, and the meters that changed: all at once. */
  private async rollThrough(settled: Micros, due: readonly Recheck[], changed: Changed): Promise<void> {
    const events = this.takeThrough(settled);
    const { takeMeters } = this;
    const pages = due.length === 0 ? this.pagesOf(events, false, changed) : this.andFound(due, events, changed);
    await this.roll(pages, settled, takeMeters);
    this.takeMeters = null;
    this.rechecks = this.rechecks.filter((range) => !due.includes(range));
  }

  /** What is handed over while an insert ends may be later than what is settled. */
  private takeThrough(settled: Micros): StoredEvent[] {
    const events = this.waiting;
    const later = events.findLastIndex(({ receivedAt }) => receivedAt <= settled) + 1;
    this.waiting = events.slice(later);
    return later === events.length ? events : events.slice(0, later);
  }

  private async *andFound(
    due: readonly Recheck[],
    events: readonly StoredEvent[],
    changed: Changed,
  ): AsyncIterable<Page> {
    // The first and the second look at a range may fall together.
    const ranges = new Map(due.map((range) => [`${range.from} ${range.through}`, range]));
    for (const { from, through } of ranges.values()) {
      let after = from - 1;
      for (;;) {
        const { events, isWhole } = await eventsReceivedAfter(this.deps.store.roll, after, through, PAGE);
        yield* this.pagesOf(events.map(fromRaw), true, changed);
        const last = events.at(-1);
        if (last === undefined || isWhole) break;
        after = last.receivedAt;
      }
    }
    yield* this.pagesOf(events, false, changed);
  }

  private *pagesOf(events: readonly StoredEvent[], doubtful: boolean, changed: Changed): IterableIterator<Page> {
    const { registry } = this.deps;
    for (const event of events) changed.note(event.accountId);
    for (let from = 0; from < events.length; from += EVENTS_AT_ONCE) {
      const page: Contribution[] = [];
      for (let at = from; at < Math.min(from + EVENTS_AT_ONCE, events.length); at++) {
        const event = events[at] as StoredEvent;
        // What happened when it was received was read a little earlier: by another definition, perhaps.
        const isRead =
          event.revision === registry.revision && (event.timeMicros !== null || !registry.turns(event.type));
        const added = isRead ? placed(event, event.extracted) : contributionsOf(event, registry.readersOf(event.type));
        for (const contribution of added) {
          page.push(contribution);
          changed.note(event.accountId, contribution.meter);
        }
      }
      yield { contributions: page, doubtful };
    }
  }

  /** A version that is new takes part in everything rolled from here on; only what was rolled before is its history. */
  private noticePending(): void {
    for (const { key, version } of this.deps.registry.pending()) {
      const name = `${key} ${version}`;
      if (!this.rollingAgain.has(name)) this.rollingAgain.set(name, { boundary: this.meteredThrough, position: 0 });
    }
  }

  /** One page of a new meter version's history; when it has all of it, the version answers from now on. */
  private async rollAgain(meter: RegisteredMeter, changed: Changed): Promise<void> {
    const name = `${meter.key} ${meter.version}`;
    const state = this.rollingAgain.get(name);
    if (state === undefined) return;
    const { store, promote, registry } = this.deps;
    const { events: page, isWhole } =
      state.boundary > state.position
        ? await eventsReceivedAfter(store.roll, state.position, state.boundary, PAGE, eventTypesOf(meter))
        : { events: [], isWhole: true };
    for (const event of page) changed.note(event.accountId);
    const contributions = page.flatMap((event) => contributionsOf(event, [meter]));
    // The version does not answer yet: nothing that is read changes, so the watermark stays.
    await this.roll([{ contributions, doubtful: true }], this.meteredThrough);
    const last = page.at(-1);
    if (last !== undefined && !isWhole) {
      state.position = last.receivedAt;
      return;
    }
    await promote(meter.key, meter.version);
    this.rollingAgain.delete(name);
    this.takeMeters = await registry.changed();
    this.isAwaited = true;
  }

  /** @throws once, when what was published could not be let go of */
  private emptied(): Promise<void> {
    const { emptying } = this;
    this.emptying = Promise.resolve();
    return emptying;
  }

  /**
   * Rolls and moves the watermark.
   * @param takeMeters changed meters, which answer from this watermark on
   */
  private async roll(
    pages: Iterable<Page> | AsyncIterable<Page>,
    meteredThrough: Micros,
    takeMeters: (() => void) | null = null,
  ): Promise<void> {
    const { store, registry, watermark } = this.deps;
    await this.emptied();
    this.lastRolledAt = Math.max(this.lastRolledAt + 1, this.deps.settledThrough());
    let isPublished = false;
    const publish: RollOptions['publish'] = (move) => {
      isPublished = true;
      return watermark.publish(meteredThrough, async () => {
        await move();
        takeMeters?.();
      });
    };
    await roll(store, pages, {
      levelsOf: (meter, version) => registry.levelsOf(meter, version),
      latestOf: (meter, version) => registry.latestOf(meter, version),
      ...{ rolledAt: this.lastRolledAt, publish },
      letGo: (empty) => {
        this.emptying = empty();
        // Told to whoever rolls next.
        this.emptying.catch(() => {});
      },
    });
    if (isPublished) return;
    if (takeMeters === null) watermark.moveTo(meteredThrough);
    else await watermark.publish(meteredThrough, takeMeters);
  }
}
