import { METERS } from '../catalog/catalog.ts';
import type { App, Team, WrittenAccount } from '../database/accounts/accounts.ts';
import type { MeterDefinition } from '../domain/meter.ts';
import { GRACE_MS } from '../domain/policy.ts';
import { DEMO_ACCOUNTS, DEMO_USERS } from './accounts.ts';
import { HOUR, nextMonth } from './calendar.ts';
import type { DemoUser } from './demo-account.ts';
import { type CloudEvent, type DemoEvent, isStraggler, receivedAt } from './demo-event.ts';
import { inReceiveOrder } from './receive-order.ts';
import type { DemoTraffic } from './traffic.ts';

/** One event on its way into the store. */
export interface IngestItem {
  accountId: string;
  event: CloudEvent;
  receivedAt: Date;
}

/** Stores the events, each once: an id that is there already is no error. Resolves when they are durable. */
export type Ingest = (batch: IngestItem[]) => Promise<void>;

/** Where the demo is written to; the store's functions with their connection and clock bound. */
export interface SeedDeps {
  putMeter: (key: string, definition: MeterDefinition) => Promise<unknown>;
  putAccount: (account: WrittenAccount) => Promise<unknown>;
  putTeam: (team: Team) => Promise<unknown>;
  putApp: (app: App) => Promise<unknown>;
  /** Creates the person with a password of the caller's making, and the memberships; leaves one who exists alone. */
  putUser: (user: DemoUser) => Promise<unknown>;
  /** Prices, licenses and credits, as they were before the first invoice. */
  putPricing: () => Promise<unknown>;
  ingest: Ingest;
  /**
   * Closes what was due at an instant of the history; everything that had arrived by then is stored, the last of it received at
   * `lastReceived`. More is stored meanwhile, but nothing that would have been late.
   */
  closePeriods: (at: Date, lastReceived: Date) => Promise<unknown>;
  traffic: DemoTraffic;
  /** Where history starts: the anchor of `traffic`. */
  from: Date;
  /** History is written up to here; what arrives later is the simulator's, which starts from the same moment. */
  now: Date;
  /** Hours of history written, of how many, and the events so far. */
  onProgress?: (done: number, total: number, events: number) => void;
}

const BATCH = 5000;
const STRIDE = 6 * HOUR;

/**
 * Writes meters, accounts, people and prices of the demo, then everything that happened from `from` to `now` in the order of its
 * receipt. Months are closed on the way, when their grace time was over: what arrives after that is late. Safe to repeat, also after a failure halfway: ids repeat, and the store keeps the first receipt.
 *
 * @returns how many events were handed to `ingest`
 */
export async function seedDemo(deps: SeedDeps): Promise<number> {
  await seedCatalogAndAccounts(deps);
  await deps.putPricing();
  const total = Math.ceil((deps.now.getTime() - deps.from.getTime()) / HOUR);
  const order = inReceiveOrder(deps.traffic, deps.from);
  let waiting: IngestItem[] = [];
  let events = 0;
  let closing: Promise<unknown> = Promise.resolve();
  let lastReceived = deps.from;
  let closesAt = nextMonth(deps.from.getTime()) + GRACE_MS;
  const write = async (batch: IngestItem[]): Promise<void> => {
    await deps.ingest(batch);
    events += batch.length;
  };
  for (let at = deps.from.getTime(); at < deps.now.getTime(); ) {
    const until = Math.min(at + STRIDE, closesAt, deps.now.getTime());
    for (const event of order.receivedUntil(new Date(until))) {
      // It is late for a month that must be closed first.
      if (isStraggler(event)) await closing;
      waiting.push(itemOf(event));
    }
    lastReceived = waiting.at(-1)?.receivedAt ?? lastReceived;
    const closes = until === closesAt;
    while (waiting.length >= (closes ? 1 : BATCH)) {
      await write(waiting.slice(0, BATCH));
      waiting = waiting.slice(BATCH);
    }
    if (closes) {
      const due: [Date, Date] = [new Date(closesAt), lastReceived];
      closing = closing.then(() => deps.closePeriods(...due));
      closing.catch(() => {});
      closesAt = nextMonth(closesAt) + GRACE_MS;
    }
    at = until;
    deps.onProgress?.(Math.floor((until - deps.from.getTime()) / HOUR), total, events);
  }
  if (waiting.length > 0) await write(waiting);
  await closing;
  deps.onProgress?.(total, total, events);
  return events;
}

/** The event with the moment at which the demo receives it. */
function itemOf(event: DemoEvent): IngestItem {
  return { accountId: event.accountId, event: event.event, receivedAt: new Date(receivedAt(event)) };
}

async function seedCatalogAndAccounts(deps: SeedDeps): Promise<void> {
  for (const [key, definition] of Object.entries(METERS)) await deps.putMeter(key, definition);
  for (const { account, teams, apps } of DEMO_ACCOUNTS) {
    await deps.putAccount(account);
    for (const team of teams) await deps.putTeam({ accountId: account.id, ...team });
    for (const app of apps) await deps.putApp({ accountId: account.id, ...app });
  }
  for (const user of DEMO_USERS) await deps.putUser(user);
}
