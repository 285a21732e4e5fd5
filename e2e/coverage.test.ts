import { rm } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { coverageOf } from '../server/billing/coverage/coverage.ts';
import { endAccount, getAccount } from '../server/database/accounts/accounts.ts';
import { promoteMeter, putMeter } from '../server/database/prices/meters.ts';
import { newDataDirectory } from '../server/database/testing/embedded-template.ts';
import { createCoverageCheck } from '../server/jobs/check-coverage.ts';
import { migrateStores, openStores, type Stores } from '../server/stores.ts';
import type { Act, PriceChoice, Story } from './support/money/acts.ts';
import { Checks } from './support/money/checks.ts';
import { World } from './support/money/world.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const DAY = 86_400;
const price: PriceChoice = { model: 'per_unit', unit: 10_000, per: 1, included: 0, upTo: 1, flat: 0 };
const PRICED = { units: price, calls: null, plan: null };
const STORY: Omit<Story, 'acts'> = {
  ...{ began: '2026-03-20T00:00:00Z', timeZone: 'UTC', anchorDay: 1 },
  ...{ version: PRICED, other: PRICED },
};
const used = (who: 0 | 1, daysAgo: number): Act => ({
  act: 'use',
  who,
  uses: [
    { meter: 'units', app: 'a', thousandths: 3_000, ago: daysAgo * DAY, edge: 'none' },
    // Without a price: told as such.
    { meter: 'calls', app: 'b', thousandths: 1_000, ago: daysAgo * DAY, edge: 'none' },
  ],
});
const UNTIL_GRACE_IS_OVER: Act = { act: 'wait', hours: 20 * 24 };

let stores: Stores;
let folder: string;
beforeAll(async () => {
  folder = await newDataDirectory();
  stores = await openStores({ dataDir: folder, clickhouseUrl: null, databaseUrl: null });
  await migrateStores(stores);
  await World.prepare(stores);
  // What stands at something does not add up; where it is told is asked otherwise.
  const peak = {
    ...{ description: 'Peak', eventType: 'model.units', aggregation: 'max' as const },
    ...{ valuePath: '$.value', dimensions: { app: '$.app' }, unit: 'units' },
  };
  await putMeter(stores.database.queries, 'peak', peak, new Date(0));
  await promoteMeter(stores.database.queries, 'peak', 1);
});
afterAll(async () => {
  await stores?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Whatever there is to be made final: most of its periods are empty. */
const FINALIZE_ALL = Array.from({ length: 15 }, (_, nth): Act => ({ act: 'finalize', who: 0, nth }));

/** A world in which these acts were done. */
async function worldOf(acts: readonly Act[]): Promise<World> {
  const world = await World.begin(stores, { ...STORY, acts: [] });
  for (const act of acts) await world.do(act);
  world.now += 1_000;
  return world;
}

const faultsOf = async (world: World, accountId: string) =>
  (await coverageOf(await world.parts(), accountId)).faults.map(({ meter, periodKey, fault, contributions }) => [
    ...[fault, meter, periodKey, contributions],
  ]);
const inDatabase = (text: string) => stores.database.queries.execute(sql.raw(text));

it('finds what an invoice told that is gone, and what is told by an invoice and a draft', async () => {
  const world = await worldOf([used(0, 2), used(1, 3), UNTIL_GRACE_IS_OVER, { act: 'close' }, used(0, 1)]);
  expect(await faultsOf(world, 'payer-0')).toEqual([]);
  const faults: string[] = [];
  const check = createCoverageCheck({
    ...(await world.parts()),
    onFault: ({ accountId, fault, meter }) => faults.push(`${accountId} ${fault} ${meter}`),
  });
  const turns = async () => {
    while ((await check.turn(1)) > 0);
    return [check.unbilled(), check.doubled()];
  };
  expect(await turns()).toEqual([0, 0]);

  await inDatabase(
    `update invoices set state = 'void', voided_at = now(), void_reason = 'By hand' where account_id = 'payer-0'`,
  );
  expect(await faultsOf(world, 'payer-0')).toEqual([
    ['unbilled', 'calls', '2026-03', 1],
    ['unbilled', 'peak', '2026-03', 1],
    ['unbilled', 'units', '2026-03', 1],
  ]);
  expect(await turns()).toEqual([3, 0]);
  await turns();
  expect(faults, 'each is told once').toEqual(['calls', 'peak', 'units'].map((meter) => `payer-0 unbilled ${meter}`));

  await inDatabase(
    `update invoices set state = 'final', voided_at = null, void_reason = null where account_id = 'payer-0'`,
  );
  await inDatabase(`update billing_periods set state = 'ended' where account_id = 'payer-0' and key = '2026-03'`);
  expect(await faultsOf(world, 'payer-0')).toEqual([
    ['doubled', 'calls', '2026-03', 1],
    ['doubled', 'peak', '2026-03', 1],
    ['doubled', 'units', '2026-03', 1],
  ]);
  expect(await turns()).toEqual([0, 3]);

  await inDatabase(`update billing_periods set state = 'final' where account_id = 'payer-0' and key = '2026-03'`);
  expect(await turns()).toEqual([0, 0]);
  await world.end();
});

it('tells usage without a price that came after its period was final, on whatever invoice carries corrections', async () => {
  const world = await worldOf([used(0, 2), UNTIL_GRACE_IS_OVER, { act: 'close' }, used(0, 25)]);
  await new Checks(world).hold(world.payers);
  const parts = await world.parts();
  const open = await parts.invoices.find('payer-0', 'current');
  expect(open?.lines.map(({ description, amount }) => [description, amount])).toEqual([
    ['Correction of PAYER-0-0001: units', '3.00'],
  ]);
  expect(
    open?.unpriced.map(({ description, quantity, corrects }) => [description, quantity, corrects?.number]),
  ).toEqual([['Correction of PAYER-0-0001: calls', '1', 'PAYER-0-0001']]);
  await world.end();
});

it.each([
  [2, '2026-04'],
  [480, '2026-04'],
  [1_200, '2026-05'],
])(
  'tells what came %d hours after the end of an account, its last invoice being final, on one more',
  async (wait, key) => {
    const ended: Act[] = [used(0, 2), { act: 'end', who: 0, hours: 1 }, { act: 'wait', hours: wait }];
    const world = await worldOf([...ended, ...FINALIZE_ALL, used(0, wait / 24 + 5)]);
    const checks = new Checks(world);
    await checks.hold(world.payers);
    expect(checks.seen['periods past an end']).toBe(1);
    const open = await (await world.parts()).invoices.find('payer-0', 'current');
    expect(open?.period).toMatchObject({ key, from: expect.stringContaining('2026-03-20T01:00') });
    expect(open?.lines.map(({ description, amount }) => [description, amount])).toEqual([
      ['Correction of PAYER-0-0001: units', '3.00'],
    ]);
    await world.end();
  },
);

it('finds what lies after the end of an account', async () => {
  const world = await worldOf([used(0, 3), used(0, 1)]);
  await stores.database.serializable(async (tx) => {
    const account = await getAccount(tx, 'payer-0');
    if (account === null) throw new Error('no account');
    const now = new Date(world.now);
    // Past the door, which would refuse it.
    await endAccount(tx, account, new Date(world.now - 2 * DAY * 1_000), now);
  });
  expect(await faultsOf(world, 'payer-0')).toEqual([
    ['unbilled', 'calls', null, 1],
    ['unbilled', 'peak', null, 1],
    ['unbilled', 'units', null, 1],
  ]);
  await world.end();
});
