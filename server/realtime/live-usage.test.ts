import { afterAll, beforeAll, expect, it } from 'vitest';
import { putAccount } from '../database/accounts/accounts.ts';
import { FIRST_OPENING_MS } from '../database/testing/embedded-postgres.ts';
import { readBody } from '../events/body.ts';
import { countingMeter } from '../metering/testing/counting-meter.ts';
import { type OpenMeasuring, openMeasuring } from '../testing/open-measuring.ts';
import type { LiveUsage } from './contract.ts';
import { createLiveUsage } from './live-usage.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
let opened: OpenMeasuring;
let live: ReturnType<typeof createLiveUsage>;
beforeAll(async () => {
  opened = await openMeasuring({ calls: countingMeter('test.called'), builds: countingMeter('test.built') }, () => NOW);
  const { measuring, stores } = opened;
  const { queries } = stores.database;
  const fields = { name: 'A', kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  await putAccount(queries, { id: 'acme', ...fields }, NOW);
  const { registry, read, watermark: readings } = measuring;
  live = createLiveUsage({ queries, registry, read, readings, now: () => NOW });
}, FIRST_OPENING_MS);
afterAll(() => opened?.close());

let sent = 0;
async function send(type: string): Promise<void> {
  const event = { specversion: '1.0', id: String(++sent), source: 's', type, subject: 'a', time: NOW.toISOString() };
  const body = await readBody(Buffer.from(JSON.stringify([event])));
  const { receipts } = await opened.measuring.ingest.ingest({ accountId: 'acme' }, body, false);
  await opened.meteredThrough(receipts[0]?.receivedAt ?? Number.NaN);
}

const stands = (usage: LiveUsage | null) => Object.fromEntries(usage?.meters.map((m) => [m.key, m.quantity]) ?? []);

it('reads again what changed, and all of it where something came that was not told of yet', async () => {
  const first = (await live('acme', null)) as LiveUsage;
  expect(stands(first)).toEqual({ calls: null, builds: null });
  const through = opened.measuring.watermark.meteredThrough;
  await send('test.called');
  await send('test.built');

  const told = opened.measuring.watermark.meteredThrough;
  // Nobody said what came after `through`.
  const second = (await live('acme', { usage: first, changed: new Set(), meteredThrough: through })) as LiveUsage;
  expect(stands(second)).toEqual({ calls: '1', builds: '1' });
  // What is named is read, and nothing else.
  const third = await live('acme', { usage: first, changed: new Set(['builds']), meteredThrough: told });
  expect(stands(third)).toEqual({ calls: null, builds: '1' });
});
