import { firstUse, receivedRange, remembering } from '../clickhouse/index.ts';
import type { Database } from './database/database.types.ts';
import { activeMeters, promoteMeter } from './database/prices/meters.ts';
import { readProgress, saveProgress } from './database/roller-progress.ts';
import type { Micros } from './domain/instant.ts';
import { microsOf } from './domain/instant.ts';
import type { StoredEvent } from './events/stored-event.ts';
import { fillKeyFilter } from './ingest/fill-key-filter.ts';
import { IngestService } from './ingest/ingest-service.ts';
import { KnownAccounts } from './ingest/known-accounts.ts';
import { EventWriter } from './ingest/writer.ts';
import { MeterRegistry } from './metering/registry.ts';
import { type Rolled, Roller, type RollerDeps } from './metering/roller.ts';
import { Watermark } from './metering/watermark.ts';
import type { Stores } from './stores.ts';
import { createMeterQuery } from './usage/meter-query.ts';
import { createUsageReader } from './usage/usage.ts';

/** From an event to a number: the writer, the roller and what reads their tables. */
export interface Measuring {
  registry: MeterRegistry;
  ingest: IngestService;
  roller: Roller;
  watermark: Watermark;
  read: ReturnType<typeof createUsageReader>;
  query: ReturnType<typeof createMeterQuery>;
  /**
   * Takes no event of the account at or after an instant until `accountChanged`, and waits until those that came before are
   * durable. @returns `false` when it ends elsewhere, or is just being ended there
   */
  holdEnd: (accountId: string, at: Micros) => Promise<boolean>;
  /** To be called when an account may have ended, and when it turned out that it does not. */
  accountChanged: (accountId: string) => Promise<void>;
  /** Flushes what was accepted, rolls it, and stops. */
  close: () => Promise<void>;
}

/** What measuring works on, and whom it tells what was stored and rolled. */
export interface MeasuringDeps {
  stores: Stores;
  now: () => Date;
  onStored: (events: readonly StoredEvent[]) => void;
  onRolled: (rolled: Rolled) => void;
  onError: (error: unknown) => void;
  /** Waits until whoever reads measurements may. */
  mayRead?: () => Promise<void>;
  /** Loading history into an empty store: receive times come with the events, the clock does not count. */
  history?: boolean;
}

const PROGRESS = 'usage';

/** Puts the pieces together; nothing rolls before `roller.start()`. */
export async function createMeasuring({ stores, now, ...deps }: MeasuringDeps): Promise<Measuring> {
  const { measurements, database } = stores;
  const nowMicros = (): Micros => microsOf(now());
  const range = await receivedRange(measurements.read);
  const registry = new MeterRegistry(
    () => activeMeters(database.queries) as ReturnType<ConstructorParameters<typeof MeterRegistry>[0]>,
  );
  await registry.reload();

  // The writer tells the roller and the roller asks the writer; the first call happens after both exist.
  let roller: Roller;
  const watermark = new Watermark(deps.mayRead ?? null);
  const saved = (await readProgress(database.queries, PROGRESS))?.throughMicros ?? 0;
  const writer = new EventWriter({
    store: measurements,
    filter: await fillKeyFilter(measurements, range?.count ?? 0),
    // What was received by a watermark that was told of is never received again, wherever the clock stands now.
    lastReceivedAt: Math.max(range?.last ?? 0, saved),
    now: deps.history === true ? () => 0 : nowMicros,
    onStored: (events) => {
      roller.accept(events);
      deps.onStored(events);
    },
    onUncertain: (from, through) => roller.recheck(from, through),
  });
  roller = new Roller({
    store: measurements,
    registry,
    watermark,
    now: nowMicros,
    settledThrough: (laterThan) => writer.settledThrough(laterThan),
    ...keptIn(database),
    onRolled: deps.onRolled,
    onError: deps.onError,
  });
  const accounts = await KnownAccounts.load(database);
  const ingest = new IngestService({
    writer,
    registry,
    now: nowMicros,
    accountExists: (accountId) => accounts.exists(accountId),
    endOf: (accountId) => accounts.endOf(accountId),
  });
  const store = { ...measurements, read: remembering(measurements.read, (...asked) => watermark.recall(...asked)) };
  const read = createUsageReader(store, watermark, (accountId) => {
    const end = accounts.endOf(accountId);
    return end?.isPending === false ? end.at : undefined;
  });
  const query = createMeterQuery({
    registry,
    read,
    readings: watermark,
    now,
    firstUse: (accountId, meter, version) => firstUse(measurements.read, accountId, meter, version),
  });
  return {
    registry,
    ingest,
    roller,
    watermark,
    read,
    query,
    holdEnd: (accountId, at) => accounts.holdEnd(accountId, at, () => writer.flushed()),
    accountChanged: (accountId) => accounts.changed(accountId),
    close: async () => {
      await writer.close();
      await roller.stop();
    },
  };
}

/** How far the roller has come, and which meter versions it has finished, stand in the database. */
function keptIn({ queries }: Database): Pick<RollerDeps, 'progress' | 'promote'> {
  return {
    progress: {
      load: async () => (await readProgress(queries, PROGRESS))?.throughMicros ?? null,
      save: (meteredThrough) => saveProgress(queries, PROGRESS, meteredThrough),
    },
    promote: async (key, version) => {
      await promoteMeter(queries, key, version);
    },
  };
}
