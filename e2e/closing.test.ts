import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { coverageOf } from '../server/billing/coverage/coverage.ts';
import { getAccount, putAccount } from '../server/database/accounts/accounts.ts';
import { migrateDatabase, openDatabase } from '../server/database/connect.ts';
import type { Database } from '../server/database/database.types.ts';
import { listInvoices } from '../server/database/invoices/invoices.ts';
import { voidInvoice } from '../server/database/invoices/issued-invoices.ts';
import { promoteMeter, putMeter } from '../server/database/prices/meters.ts';
import { addRateCardVersion, putAccountRateCard } from '../server/database/prices/rate-cards.ts';
import { newDataDirectory } from '../server/database/testing/embedded-template.ts';
import { startPostgres } from '../server/database/testing/throwaway-postgres.ts';
import type { MeterDefinition } from '../server/domain/meter.ts';
import type { Price } from '../server/domain/pricing/price.ts';
import { closePeriods } from '../server/jobs/close-periods.ts';
import { createMeasuring } from '../server/measuring.ts';
import { migrateStores, openStores, type Stores } from '../server/stores.ts';
import { closingParts } from './support/closing/closing.ts';
import { closingProcess } from './support/closing/closing-process.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

const ACCOUNTS = Array.from({ length: 24 }, (_, i) => `payer-${String(i).padStart(2, '0')}`);
const BEGAN = new Date('2026-06-01T00:00:00Z');
/** Two months are over, and their grace time too. */
const AS_OF = new Date('2026-08-05T00:00:00Z');
const KILLS = Number(process.env.PLAINBILL_CLOSING_KILLS ?? 3);

const TOKENS: MeterDefinition = {
  ...{ description: 'Tokens', eventType: 'inference', aggregation: 'sum', valuePath: '$.tokens' },
  ...{ dimensions: { app: '$.app' }, unit: 'tokens' },
};

const PRICES: Price[] = [
  { key: 'tokens', meter: 'tokens', description: 'Tokens', model: 'per_unit', unitAmount: '0.01', lineBy: ['app'] },
];

/** Due without usage; its account used nothing and came in July. */
const PLAN: Price = {
  key: 'plan',
  meter: 'tokens',
  description: 'Plan',
  model: 'flat',
  amount: '5.00',
  flatAtZero: true,
};
const SUBSCRIBER = 'subscriber';
const SUBSCRIBED = new Date('2026-07-10T00:00:00Z');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plainbill-closing-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function putPayer(stores: Stores, id: string, since: Date, key: string): Promise<void> {
  const fields = { name: id, kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  await stores.database.serializable(async (tx) => {
    await putAccount(tx, { id, ...fields }, since);
    await putAccountRateCard(tx, { accountId: id, key, discountPercent: '0' }, since);
  });
}

/** Every account used each of five apps in each month. */
async function fill(stores: Stores): Promise<void> {
  const { queries } = stores.database;
  await putMeter(queries, 'tokens', TOKENS, BEGAN);
  await promoteMeter(queries, 'tokens', 1);
  await stores.database.serializable((tx) =>
    addRateCardVersion(tx, { key: 'list', currency: 'USD', effectiveFrom: BEGAN, prices: PRICES }, BEGAN),
  );
  await stores.database.serializable((tx) =>
    addRateCardVersion(tx, { key: 'plan', currency: 'USD', effectiveFrom: BEGAN, prices: [PLAN] }, BEGAN),
  );
  const customers = ACCOUNTS.map((id) => ({ id, since: BEGAN, key: 'list' }));
  for (const { id, since, key } of [...customers, { id: SUBSCRIBER, since: SUBSCRIBED, key: 'plan' }]) {
    await putPayer(stores, id, since, key);
  }
  const events = ACCOUNTS.flatMap((account) =>
    ['2026-06-10T00:00:00Z', '2026-07-20T12:00:00Z'].flatMap((time) =>
      Array.from({ length: 5 }, (_, app) => ({
        specversion: '1.0',
        id: `${account} ${time} ${app}`,
        source: '/test',
        type: 'inference',
        subject: `app-${app}`,
        account,
        time,
        data: { app: `app-${app}`, tokens: 100 + app },
      })),
    ),
  );
  await receive(stores, events, AS_OF);
}

/** Stores events as received at an instant, and counts them. */
async function receive(stores: Stores, events: object[], receivedAt: Date): Promise<void> {
  const measuring = await createMeasuring({
    stores,
    now: () => receivedAt,
    onStored: () => {},
    onRolled: () => {},
    onError: (error) => {
      throw error;
    },
  });
  await measuring.roller.start();
  const { faults } = await measuring.ingest.ingest(
    { accountId: null },
    { events, toText: (event: unknown) => JSON.stringify(event) },
    false,
  );
  expect(faults).toEqual([]);
  await measuring.close();
}

/** One invoice for each account and month, numbered from 1 on without a gap, oldest month first, each as it must be. */
async function expectClosed(database: Database): Promise<void> {
  for (const accountId of ACCOUNTS) {
    const issued = await listInvoices(database.queries, accountId, { before: null, limit: 10 });
    expect(issued.map(({ number, state, total, period }) => [number, state, total, period.key])).toEqual([
      [`${accountId.toUpperCase()}-0002`, 'final', '5.10', '2026-07'],
      [`${accountId.toUpperCase()}-0001`, 'final', '5.10', '2026-06'],
    ]);
  }
  const subscriptions = await listInvoices(database.queries, SUBSCRIBER, { before: null, limit: 10 });
  expect(subscriptions.map(({ total, period }) => [total, period.key])).toEqual([['5.00', '2026-07']]);
}

describe('closing', () => {
  it('counts what arrives while it reads as late, bills late events without other usage, and leaves void periods alone', async () => {
    const dataDir = await newDataDirectory(join(folder, 'late'));
    const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
    try {
      await migrateStores(stores);
      await fill(stores);
      const [payer = ''] = ACCOUNTS;
      // Time goes on with every reading, as it does on a busy server.
      let watermark = AS_OF.getTime() * 1000;
      const readAt: number[] = [];
      const read = {
        ...stores.measurements.read,
        query: async <Row>(statement: Parameters<typeof stores.measurements.read.query>[0]) => {
          if (statement.name === 'charge_usage') readAt.push(watermark);
          watermark += 1_000_000;
          return stores.measurements.read.query<Row>(statement);
        },
      };
      const moving = { ...stores.measurements, read };
      const reading = await closingParts({ ...stores, measurements: moving }, AS_OF, () => watermark);
      expect(await closePeriods(reading)).toBe(ACCOUNTS.length * 2 + 1);
      const [july] = await listInvoices(stores.database.queries, payer, { before: null, limit: 1 });
      expect(july?.meteredThroughMicros).toBeLessThanOrEqual(Math.max(...readAt));
      const june = (
        await listInvoices(stores.database.queries, payer, { before: july?.sequence ?? null, limit: 1 })
      )[0];
      expect(june?.meteredThroughMicros).toBeLessThanOrEqual(Math.min(...readAt.slice(0, 2)));

      // Late for June, and nothing else in August.
      const late = {
        specversion: '1.0',
        id: 'late',
        source: '/test',
        type: 'inference',
        subject: 'app-0',
        account: payer,
        time: '2026-06-11T00:00:00Z',
        data: { app: 'app-0', tokens: 50 },
      };
      await receive(stores, [late], new Date('2026-08-20T00:00:00Z'));
      const inSeptember = await closingParts(stores, new Date('2026-09-05T00:00:00Z'));
      await closePeriods(inSeptember);
      const [august] = await listInvoices(stores.database.queries, payer, { before: null, limit: 1 });
      expect([august?.period.key, august?.total]).toEqual(['2026-08', '0.50']);

      await stores.database.serializable((tx) => voidInvoice(tx, payer, august?.id ?? '', 'Wrong payer', AS_OF));
      expect(await closePeriods(inSeptember)).toBe(0);
    } finally {
      await stores.close();
    }
  });

  it('of a new account also what it used in the month before and sent while that was in its grace', async () => {
    const dataDir = await newDataDirectory(join(folder, 'new'));
    const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
    try {
      await migrateStores(stores);
      await fill(stores);
      await putPayer(stores, 'newcomer', new Date('2026-09-01T10:00:00Z'), 'list');
      const used = (id: string, time: string) => ({
        ...{ specversion: '1.0', id, source: '/test', type: 'inference', subject: 'app', account: 'newcomer', time },
        data: { app: 'app', tokens: 70 },
      });
      const at = (time: string) => closingParts(stores, new Date(time));
      await receive(stores, [used('in grace', '2026-08-31T20:00:00Z')], new Date('2026-09-01T11:00:00Z'));
      await closePeriods(await at('2026-09-01T12:00:00Z'));
      await receive(stores, [used('older', '2026-07-31T20:00:00Z')], new Date('2026-09-01T13:00:00Z'));
      await closePeriods(await at('2026-09-01T14:00:00Z'));
      const parts = await at('2026-09-03T09:00:00Z');
      await closePeriods(parts);
      const account = await getAccount(stores.database.queries, 'newcomer');
      // What is told of drafts is what is done.
      const drafts = account === null ? [] : await parts.invoices.unissued(account);
      expect(drafts.map(({ view }) => [view.id, view.total, view.finalAt])).toEqual([
        ['2026-07', '0.70', '2026-09-03T14:00:00.000Z'],
        ['2026-08', '0.70', '2026-09-03T10:00:00.000Z'],
        ['current', '0.00', undefined],
      ]);
      await closePeriods(await at('2026-09-03T10:00:00Z'));
      await closePeriods(await at('2026-09-03T14:00:00Z'));
      const issued = await listInvoices(stores.database.queries, 'newcomer', { before: null, limit: 10 });
      expect(issued.map(({ period, total }) => [period.key, total])).toEqual([
        ['2026-07', '0.70'],
        ['2026-08', '0.70'],
      ]);
    } finally {
      await stores.close();
    }
  });

  it('leaves alone what an earlier version charged for a month before the account was there', async () => {
    const dataDir = await newDataDirectory(join(folder, 'before'));
    const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
    try {
      await migrateStores(stores);
      await fill(stores);
      await closePeriods(await closingParts(stores, AS_OF));
      const { queries } = stores.database;
      const issued = () => listInvoices(queries, SUBSCRIBER, { before: null, limit: 10 });
      expect((await issued()).map(({ total, period }) => [total, period.key])).toEqual([['5.00', '2026-07']]);
      // As if the account had come only in August: its July was charged then, and would not be now.
      await queries.execute(sql`update accounts set created_at = '2026-08-03' where id = ${SUBSCRIBER}`);
      // Then all of it is looked at again.
      const amended = {
        effectiveFrom: new Date('2026-07-02T00:00:00Z'),
        changedBy: 'operator',
        reason: 'A better name',
      };
      await putMeter(queries, 'tokens', { ...TOKENS, unit: 'token' }, new Date('2026-08-19T00:00:00Z'), amended);
      await promoteMeter(queries, 'tokens', 2);
      const parts = await closingParts(stores, new Date('2026-08-20T00:00:00Z'));
      const account = await getAccount(queries, SUBSCRIBER);
      const unissued = account === null ? [] : await parts.invoices.unissued(account);
      expect(unissued.map(({ view }) => [view.id, view.lines.map(({ amount }) => amount)])).toEqual([
        ['current', ['5.00']],
      ]);
      expect((await coverageOf(parts, SUBSCRIBER)).faults).toEqual([]);
      await closePeriods(await closingParts(stores, new Date('2026-09-05T00:00:00Z')));
      expect((await issued()).map(({ total, period }) => [total, period.key])).toEqual([
        ['5.00', '2026-08'],
        ['5.00', '2026-07'],
      ]);
    } finally {
      await stores.close();
    }
  });

  it(`makes each invoice once, killed with -9 ${KILLS} times while it works`, async () => {
    const filled = await newDataDirectory(join(folder, 'filled'));
    const stores = await openStores({ dataDir: filled, clickhouseUrl: null, databaseUrl: null });
    await migrateStores(stores);
    await fill(stores);
    await stores.close();
    let copies = 0;
    const open = async (): Promise<string> => {
      const copy = join(folder, `killed-${++copies}`);
      await cp(filled, copy, { recursive: true });
      return copy;
    };
    /** Works until all is closed. @returns for how many milliseconds */
    const finish = async (dataDir: string): Promise<number> => {
      const child = closingProcess(dataDir, AS_OF);
      await child.saying('closing');
      const began = performance.now();
      await child.saying('made');
      const took = performance.now() - began;
      await child.ended();
      const after = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
      try {
        await expectClosed(after.database);
        expect(await closePeriods(await closingParts(after, AS_OF))).toBe(0);
      } finally {
        await after.close();
      }
      return took;
    };

    const longest = await finish(await open());
    let dataDir = await open();
    for (let kills = 0; kills < KILLS; ) {
      const child = closingProcess(dataDir, AS_OF);
      await child.saying('closing');
      // The moment of the crash is the input of this test, not a wait for something.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
      if ((await child.kill()) === 'at work') kills++;
      else {
        // Nothing is left to be interrupted in.
        await finish(dataDir);
        dataDir = await open();
      }
    }
    await finish(dataDir);
    console.log(
      `closing: killed ${KILLS} times at work, on ${copies - 1} filled stores, of ${Math.round(longest)} ms each`,
    );
  });

  it('makes each invoice once when eight nodes close at the same time on a PostgreSQL', async () => {
    const postgres = await startPostgres();
    const measurementsOnly = await openStores({
      dataDir: join(folder, 'nodes'),
      clickhouseUrl: null,
      databaseUrl: null,
    });
    const nodes = await Promise.all(Array.from({ length: 8 }, () => openDatabase({ url: postgres.url, dataDir: '' })));
    try {
      const [first] = nodes as [Database, ...Database[]];
      await migrateStores(measurementsOnly);
      await migrateDatabase(first);
      await fill({ ...measurementsOnly, database: first });
      const made = await Promise.all(
        nodes.map(async (database) => closePeriods(await closingParts({ ...measurementsOnly, database }, AS_OF))),
      );
      expect(made.reduce((sum, count) => sum + count, 0)).toBe(ACCOUNTS.length * 2 + 1);
      await expectClosed(first);
    } finally {
      await Promise.all(nodes.map((node) => node.close()));
      await measurementsOnly.close();
      await postgres.stop();
    }
  });
});
