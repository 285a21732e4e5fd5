import { expect, it } from 'vitest';
import { insist } from '../../e2e/support/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../../e2e/support/stores.ts';
import { addQuantities } from '../domain/quantity.ts';
import { putAccount, putTeam } from './accounts.ts';
import type { Queries } from './connect.ts';
import { violatedConstraint } from './errors.ts';
import { deleteAllocation, listAllocations, putAllocation } from './license-allocations.ts';
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
  const license = await getLicense(tx, accountId, 'units');
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
      left: '10',
    });
    expect(await put('t1', '3.6')).toEqual({ refused: 'exceeds', left: '3.5' });
    expect(await put('t1', '3.5')).toMatchObject({ created: true, left: '3.5' });
    // Its own part does not stand in its way.
    expect(await put('t0', '6')).toMatchObject({ created: false });
    expect(await put('t2', '0.500000000001')).toMatchObject({ refused: 'exceeds', left: '0.5' });
    expect(await write(queries, 'limits', '9.4')).toEqual({ refused: 'allocated', allocated: '9.5' });
    expect(await write(queries, 'limits', '9.5')).toMatchObject({ change: 'changed' });

    expect(await listAllocations(queries, 'limits', 'units', { after: 't0', limit: 5 })).toEqual([
      { teamId: 't1', quantity: '3.5' },
    ]);
    expect(await deleteAllocation(queries, 'limits', 'units', 't0')).toBe(true);
    expect(await deleteAllocation(queries, 'limits', 'units', 't0')).toBe(false);
    expect(await write(queries, 'limits', '4')).toMatchObject({ change: 'changed' });
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    await prepare(queries, 'mine', '10', 1);
    await prepare(queries, 'theirs', '10', 0);
    await allocate(queries, 'mine', 't0', '10');
    expect(await listAllocations(queries, 'theirs', 'units', ALL)).toEqual([]);
    expect(await deleteAllocation(queries, 'theirs', 'units', 't0')).toBe(false);
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
    expect(await listAllocations(queries, 'crowd', 'units', ALL)).toHaveLength(10);

    await prepare(queries, 'shrinks', '32', 32);
    await thirtyTwoAtOnce(store(), (node, index) =>
      insist<unknown>(node, (tx) =>
        index % 4 === 0 ? write(tx, 'shrinks', `${32 - index}`) : allocate(tx, 'shrinks', `t${index}`, '1.5'),
      ),
    );
    const allocated = await listAllocations(queries, 'shrinks', 'units', ALL);
    const license = await getLicense(queries, 'shrinks', 'units');
    const sum = addQuantities(allocated.map(({ quantity }) => quantity));
    expect(Number(sum)).toBeLessThanOrEqual(Number(license?.quantity));

    const retries = store().nodes.reduce((total, node) => total + node.retries(), 0);
    if (store().database.kind === 'postgres') expect(retries).toBeGreaterThan(0);
    else expect(retries).toBe(0);
  });
});
