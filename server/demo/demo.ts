import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastEventTime, receivedRange } from '../../clickhouse/index.ts';
import { createAuth } from '../auth/auth.ts';
import { putAccount, putApp, putTeam } from '../database/accounts/accounts.ts';
import { createApiKey } from '../database/people/api-keys.ts';
import { addMembership, EmailTakenError, findUserByEmail } from '../database/people/users.ts';
import { putMeter } from '../database/prices/meters.ts';
import { microsOf } from '../domain/instant.ts';
import type { IngestService } from '../ingest/ingest-service.ts';
import { createMeasuring } from '../measuring.ts';
import type { Stores } from '../stores.ts';
import { ENTERPRISE, REPLAY_ACCOUNT } from './accounts.ts';
import { historyStart } from './calendar.ts';
import { createHistoryClosing } from './close-history.ts';
import { putDemoPricing } from './pricing.ts';
import { type Ingest, seedDemo } from './seed.ts';
import { createDemoTraffic, type DemoTraffic } from './traffic.ts';

const SEED = 20_261_124;
/** Requests come at every hour; nothing else of the demo is as steady. */
const INFERENCE_SOURCE = '//inference/requests';
const DEMO_FILE = 'demo.json';
/** Where `npm run replay` finds a key for the local demo. */
const INGEST_KEY_FILE = 'demo-ingest-key';

/** What a demo is remembered by, in a file only its owner can read. */
export interface DemoMemory {
  /** Start of its history, ISO. */
  anchor: string;
  signIn: { email: string; password: string }[];
  /** False while it is being written: a seeding that was cut short is taken up again. */
  complete: boolean;
}

/** The demo of this data directory; `null` when it was never seeded to the end. */
export async function rememberedDemo(dataDir: string): Promise<DemoMemory | null> {
  const memory = await readMemory(dataDir);
  return memory?.complete === true ? memory : null;
}

/** Whether a demo may be written here: nothing was ever metered, or a seeding was cut short. Never into other data. */
export async function mayBeSeeded(stores: Stores, dataDir: string): Promise<boolean> {
  const memory = await readMemory(dataDir);
  if (memory !== null) return !memory.complete;
  return (await receivedRange(stores.measurements.read)) === null;
}

async function readMemory(dataDir: string): Promise<DemoMemory | null> {
  try {
    return JSON.parse(await readFile(join(dataDir, DEMO_FILE), 'utf8')) as DemoMemory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Writes the demo into an empty store: meters, accounts, people with new passwords, three months and the current one of
 * events, with the receive times they would have had; months that were over long enough are invoiced. Safe to repeat after
 * a failure halfway.
 */
export async function seed(
  stores: Stores,
  options: { dataDir: string; now: () => Date; onProgress: (done: number, total: number, events: number) => void },
): Promise<DemoMemory> {
  const { queries } = stores.database;
  const now = options.now();
  const memory = (await readMemory(options.dataDir)) ?? {
    anchor: historyStart(now).toISOString(),
    signIn: [],
    complete: false,
  };
  const remember = () =>
    writeFile(join(options.dataDir, DEMO_FILE), `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  await remember();
  const anchor = new Date(memory.anchor);
  const auth = createAuth(stores.database, { secureCookies: false, now: options.now });
  const measuring = await createMeasuring({
    stores,
    now: options.now,
    onStored: () => {},
    onRolled: () => {},
    // Whatever could not be rolled here is rolled again, from the stored events, when the server starts.
    onError: () => {},
    history: true,
  });
  // Rolling goes along with writing: on two processors that is nearly free, afterwards it would be a second wait.
  await measuring.roller.start();
  await seedDemo({
    putMeter: async (key, definition) => {
      await putMeter(queries, key, definition, now);
      await measuring.registry.reload();
    },
    // As old as their history, so that its months are invoiced at once.
    putAccount: (account) => putAccount(queries, account, anchor),
    putTeam: (team) => putTeam(queries, team, now),
    putApp: (app) => putApp(queries, app, now),
    putUser: async ({ memberships, ...person }) => {
      const password = randomBytes(12).toString('base64url');
      try {
        await auth.createUser({ ...person, password });
        memory.signIn.push({ email: person.email, password });
        await remember();
      } catch (error) {
        if (!(error instanceof EmailTakenError)) throw error;
      }
      const user = await findUserByEmail(queries, person.email);
      for (const { accountId, role } of memberships) {
        if (user !== null) await addMembership(queries, { userId: user.id, accountId, role }, now);
      }
    },
    putPricing: () => putDemoPricing(stores.database, anchor, now),
    ingest: ingestInto(measuring.ingest, true),
    closePeriods: createHistoryClosing({ stores, measuring }),
    traffic: demoTraffic(anchor),
    from: anchor,
    now,
    onProgress: options.onProgress,
  });
  const { secret } = await createApiKey(queries, { accountId: REPLAY_ACCOUNT, role: 'ingest', label: 'replay' }, now);
  await writeFile(join(options.dataDir, INGEST_KEY_FILE), `${secret}\n`, { mode: 0o600 });
  await measuring.close();
  memory.complete = true;
  await remember();
  return memory;
}

/** Up to when the store has the demo's events: its steadiest source tells. `null` when it has none. */
export async function simulatedThrough(stores: Stores): Promise<Date | null> {
  const last = await lastEventTime(stores.measurements.read, ENTERPRISE, INFERENCE_SOURCE);
  return last === null ? null : new Date(Math.floor(last / 1000));
}

/** The demo's events, a pure function of their moment. */
export function demoTraffic(anchor: Date): DemoTraffic {
  return createDemoTraffic({ seed: SEED, anchor });
}

/** Events of the demo go in as a platform's would, whose key serves several accounts: each names its account. */
export function ingestInto(service: IngestService, withReceiveTimes: boolean): Ingest {
  return async (batch) => {
    const events = batch.map(({ accountId, event }) => ({ ...event, account: accountId }));
    const receivedAt = withReceiveTimes ? batch.map((item) => microsOf(item.receivedAt)) : undefined;
    const body = { events, toText: (event: unknown) => JSON.stringify(event) };
    const { faults } = await service.ingest({ accountId: null }, body, false, receivedAt);
    const fault = faults[0];
    if (fault !== undefined) throw new Error(`the demo made an invalid event: ${fault.pointer} ${fault.detail}`);
  };
}
