import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putMeter } from '../database/prices/meters.ts';
import { FIRST_OPENING_MS } from '../database/testing/embedded-postgres.ts';
import { readBody } from '../events/body.ts';
import { type OpenMeasuring, openMeasuring } from '../testing/open-measuring.ts';
import { countingMeter } from './testing/counting-meter.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
let opened: OpenMeasuring;
beforeAll(async () => {
  opened = await openMeasuring({ calls: countingMeter('test.called') }, () => NOW);
}, FIRST_OPENING_MS);
afterAll(() => opened?.close());

it('tells whose usage changed also when the pass broke off after some of it was published', async () => {
  const { measuring, stores, errors, rolled } = opened;
  const { queries } = stores.database;
  // From here on no new meter can begin to answer, with which a pass ends.
  await queries.execute(sql`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`);
  await queries.execute(sql`create trigger refuse before update on meters for each row execute function refuse()`);
  const { meter } = await putMeter(queries, 'others', countingMeter('test.other'), NOW);
  const changing = measuring.roller.meterChanged('others', meter.version, 30_000);
  await until(() => errors.length > 0);

  const passes = rolled.length;
  const event = {
    specversion: '1.0',
    id: '1',
    source: 's',
    type: 'test.called',
    subject: 'a',
    time: NOW.toISOString(),
  };
  const body = await readBody(Buffer.from(JSON.stringify([event])));
  const { receipts } = await measuring.ingest.ingest({ accountId: 'acme' }, body, false);
  await opened.meteredThrough(receipts[0]?.receivedAt ?? Number.NaN);
  const failed = errors.length;
  await until(() => errors.length > failed);
  expect(rolled.slice(passes)).toEqual([]);

  await queries.execute(sql`drop trigger refuse on meters`);
  expect(await changing).toBe(true);
  await until(() => rolled.length > passes);
  expect(new Map(rolled[passes]?.changed)).toEqual(new Map([['acme', new Set(['calls'])]]));
  await until(() => rolled.length > passes + 1);
  expect(new Map(rolled[passes + 1]?.changed)).toEqual(new Map());
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
