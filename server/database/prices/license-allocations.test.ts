import { expect, it } from 'vitest';
import { addQuantities } from '../../domain/quantity.ts';
import { putAccount, putTeam } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { violatedConstraint } from '../errors.ts';
import { insist } from '../testing/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import { allocationHistory, deleteAllocation, listAllocations, putAllocation } from './license-allocations.ts';
import { getLicense, putLicense } from './licenses.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const ALL = { after: null, limit: 100 };

const write = (tx: Queries, accountId: string, quantity: string) =>
  putLicense(
    tx,
    accountId,
    {
      id: 'units',
      product: 'dyno units',
      quantity,
      unit: 'units',
      measure: 'unit_months',
      weights: { 'dyno.standard-1x': '1' },
      from: new Date('2026-01-01T00:00:00.000Z'),
      to: new Date('2027-01-01T00:00:00.000Z'),
    },
    NOW,
  );

/** An account with teams t0, t1, … and a license of so many units. */
async function prepare(queries: Queries, id: string, quantity: string, teams: number): Promise<void> {
  const fields = { name: id, kind: 'enterprise' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1 };
  await putAccount(queries, { id, ...fields, taxPercent: '0' }, NOW);
  for (let n = 0; n < teams; n++) await putTeam(queries, { accountId: id, id: `t${n}`, name: `${n}` }, NOW);
  await write(queries, id, quantity);
}

/** As the API does it: the license is read in the transaction that allocates it. */
async function allocate(tx: Queries, accountId: string, teamId: string, quantity: string) {
  const license = await getLicense(tx, accountId, 'units', NOW);
  if (!license) throw new Error('the license is gone');
  return putAllocation(tx, accountId, license, { teamId, quantity }, NOW);
}

onBothStores('license allocations', (store) => {
  it('never exceed the license', async () => {
    const { queries } = store().database;
    await prepare(queries, 'limits', '10', 3);
    const put = (teamId: string, quantity: string) => allocate(queries, 'limits', teamId, quantity);
    expect(await put('t0', '6.5')).toEqual({
      allocation: { teamId: 't0', quantity: '6.5' },
      created: true,
      effectiveFrom: NOW,
      left: '10',
    });
    expect(await put('t1', '3.6')).toEqual({ refused: 'exceeds', left: '3.5' });
    expect(await put('t1', '3.5')).toMatchObject({ created: true, left: '3.5' });
    // Its own part does not stand in its way.
    expect(await put('t0', '6')).toMatchObject({ created: false });
    expect(await put('t2', '0.500000000001')).toMatchObject({ refused: 'exceeds', left: '0.5' });
    expect(await write(queries, 'limits', '9.4')).toEqual({ refused: 'allocated', allocated: '9.5' });
    expect(await write(queries, 'limits', '9.5')).toMatchObject({ change: 'changed' });

    expect(await listAllocations(queries, 'limits', 'units', NOW, { after: 't0', limit: 5 })).toEqual([
      { teamId: 't1', quantity: '3.5' },
    ]);
    expect(await deleteAllocation(queries, 'limits', 'units', 't0', NOW)).toBe(true);
    expect(await deleteAllocation(queries, 'limits', 'units', 't0', NOW)).toBe(false);
    expect(await write(queries, 'limits', '4')).toMatchObject({ change: 'changed' });
  });

  it('are told as they were at a time, and by whom they were given', async () => {
    const { queries } = store().database;
    await prepare(queries, 'times', '10', 2);
    const at = (day: string) => new Date(`2026-${day}T00:00:00.000Z`);
    const license = { id: 'units', quantity: '10' };
    const give = (teamId: string, quantity: string, since: Date) =>
      putAllocation(queries, 'times', license, { teamId, quantity }, NOW, { effectiveFrom: since, changedBy: 'key:1' });
    await give('t0', '4', at('02-01'));
    await give('t0', '7', at('05-01'));
    // It must fit at every time it holds, also one that lies ahead.
    expect(await give('t1', '5', at('03-01'))).toEqual({ refused: 'exceeds', left: '3' });
    expect(await give('t1', '3', at('03-01'))).toMatchObject({ created: true, left: '3' });
    expect(await deleteAllocation(queries, 'times', 'units', 't0', at('06-01'), 'key:2')).toBe(true);
    const standing = async (day: string) =>
      (await listAllocations(queries, 'times', 'units', at(day), ALL)).map(({ quantity }) => quantity);
    expect(await standing('01-31')).toEqual([]);
    expect(await standing('02-01')).toEqual(['4']);
    expect(await standing('05-31')).toEqual(['7', '3']);
    expect(await standing('06-01')).toEqual(['3']);
    expect(await allocationHistory(queries, 'times', 'units')).toMatchObject([
      { teamId: 't0', quantity: null, effectiveFrom: at('06-01'), changedBy: 'key:2' },
      { teamId: 't0', quantity: '4', effectiveFrom: at('02-01'), changedBy: 'key:1' },
      { teamId: 't0', quantity: '7', effectiveFrom: at('05-01') },
      { teamId: 't1', quantity: '3', effectiveFrom: at('03-01') },
    ]);
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    await prepare(queries, 'mine', '10', 1);
    await prepare(queries, 'theirs', '10', 0);
    await allocate(queries, 'mine', 't0', '10');
    expect(await listAllocations(queries, 'theirs', 'units', NOW, ALL)).toEqual([]);
    expect(await deleteAllocation(queries, 'theirs', 'units', 't0', NOW)).toBe(false);
    const stolen = await allocate(queries, 'theirs', 't0', '1').catch((error: unknown) => error);
    expect(violatedConstraint(stolen)).toBe('license_allocations_team');
  });

  it('stay within the license when 32 allocate at once, and when it shrinks meanwhile', async () => {
    const { queries } = store().database;
    await prepare(queries, 'crowd', '10', 32);
    const outcomes = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) => allocate(tx, 'crowd', `t${index}`, '1')),
    );
    expect(outcomes.filter((outcome) => 'allocation' in outcome)).toHaveLength(10);
    expect(await listAllocations(queries, 'crowd', 'units', NOW, ALL)).toHaveLength(10);

    await prepare(queries, 'shrinks', '32', 32);
    await thirtyTwoAtOnce(store(), (node, index) =>
      insist<unknown>(node, (tx) =>
        index % 4 === 0 ? write(tx, 'shrinks', `${32 - index}`) : allocate(tx, 'shrinks', `t${index}`, '1.5'),
      ),
    );
    const allocated = await listAllocations(queries, 'shrinks', 'units', NOW, ALL);
    const license = await getLicense(queries, 'shrinks', 'units', NOW);
    const sum = addQuantities(allocated.map(({ quantity }) => quantity));
    expect(Number(sum)).toBeLessThanOrEqual(Number(license?.quantity));

    const retries = store().nodes.reduce((total, node) => total + node.retries(), 0);
    if (store().database.kind === 'postgres') expect(retries).toBeGreaterThan(0);
    else expect(retries).toBe(0);
  });
});
