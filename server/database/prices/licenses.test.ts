import { expect, it } from 'vitest';
import { putAccount } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { violatedConstraint } from '../errors.ts';
import { insist } from '../testing/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  getLicense,
  type LicenseDefinition,
  licenseHistory,
  licensesOfAccounts,
  listLicenses,
  putLicense,
} from './licenses.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');

const definition = (id: string, more: Partial<LicenseDefinition> = {}): LicenseDefinition => ({
  id,
  product: 'dyno units',
  quantity: '40.0',
  unit: 'units',
  measure: 'unit_months',
  weights: { 'dyno.standard-1x': '1', 'dyno.basic': '0.28' },
  from: new Date('2026-01-01T00:00:00.000Z'),
  to: new Date('2027-01-01T00:00:00.000Z'),
  ...more,
});

const openAccount = (queries: Queries, id: string) =>
  putAccount(
    queries,
    { id, name: id, kind: 'enterprise', currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' },
    NOW,
  );

onBothStores('licenses', (store) => {
  it('are written in versions, which hold from now on', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'versions');
    const put = (more: Partial<LicenseDefinition> = {}) =>
      putLicense(queries, 'versions', definition('units', more), NOW);
    const first = {
      ...definition('units'),
      version: 1,
      from: '2026-01-01T00:00:00.000Z',
      to: '2027-01-01T00:00:00.000Z',
    };
    expect(await put()).toEqual({ license: first, effectiveFrom: null, change: 'created' });
    expect(await put({ weights: { 'dyno.basic': '0.28', 'dyno.standard-1x': '1' } })).toEqual({
      license: first,
      effectiveFrom: NOW,
      change: 'none',
    });
    expect(await put({ quantity: '50' })).toEqual({
      license: { ...first, quantity: '50', version: 2 },
      effectiveFrom: NOW,
      change: 'changed',
    });
    expect(await put()).toMatchObject({ license: { version: 3, quantity: '40.0' }, change: 'changed' });
    expect(await getLicense(queries, 'versions', 'units', NOW)).toEqual({ ...first, version: 3 });
    expect(await listLicenses(queries, 'versions', NOW)).toEqual([{ ...first, version: 3 }]);
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    for (const id of ['mine', 'theirs']) await openAccount(queries, id);
    await putLicense(queries, 'mine', definition('own'), NOW);
    expect(await putLicense(queries, 'theirs', definition('own'), NOW)).toMatchObject({ change: 'created' });
    expect(await getLicense(queries, 'theirs', 'other', NOW)).toBeNull();
    expect(await listLicenses(queries, 'nobody', NOW)).toEqual([]);
    const orphan = await putLicense(queries, 'nobody', definition('own'), NOW).catch((error: unknown) => error);
    expect(violatedConstraint(orphan)).toBe('license_versions_account_id_accounts_id_fk');
  });

  it('of one product follow each other', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'terms');
    const day = (text: string) => new Date(`${text}T00:00:00.000Z`);
    const put = (id: string, from: string, to: string, product = 'dyno units', since: Date | null = null) => {
      const term = { from: day(from), to: day(to) };
      return putLicense(queries, 'terms', definition(id, { ...term, product }), NOW, { effectiveFrom: since });
    };
    expect(await put('y26', '2026-01-01', '2027-01-01')).toMatchObject({ change: 'created' });
    expect(await put('y27', '2027-01-01', '2028-01-01')).toMatchObject({ change: 'created' });
    expect(await put('rows', '2026-01-01', '2028-01-01', 'rows')).toMatchObject({ change: 'created' });
    const refused = { refused: 'overlaps', other: { id: 'y26' } };
    for (const [from, to] of [
      ['2025-01-01', '2026-01-02'],
      ['2026-12-31', '2027-01-01'],
      ['2026-03-01', '2026-04-01'],
      ['2025-01-01', '2029-01-01'],
    ] as const) {
      expect(await put('more', from, to)).toMatchObject(refused);
    }
    expect(await put('y27', '2026-12-31', '2028-01-01')).toMatchObject(refused);
    // What it covered before it was shortened is covered still.
    expect(await put('y26', '2026-01-01', '2026-12-01')).toMatchObject({ change: 'changed' });
    expect(await put('more', '2026-11-01', '2027-01-01')).toMatchObject(refused);
    expect(await put('y26', '2026-01-01', '2026-06-01', 'dyno units', day('2026-03-01'))).toMatchObject({
      change: 'changed',
    });
    expect(await put('y26', '2026-01-01', '2026-06-01')).toMatchObject({ change: 'changed' });
    expect(await put('more', '2026-06-01', '2027-01-01')).toMatchObject({ change: 'created' });
    expect((await listLicenses(queries, 'terms', NOW)).map(({ id }) => id)).toEqual(['more', 'rows', 'y26', 'y27']);
    expect(await listLicenses(queries, 'terms', NOW, { after: 'more', limit: 2 })).toMatchObject([
      { id: 'rows' },
      { id: 'y26', version: 4 },
    ]);
  });

  it('say what they said at each time, whenever that was written', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'times');
    const at = (day: string) => new Date(`2026-${day}T00:00:00.000Z`);
    const put = (more: Partial<LicenseDefinition>, since?: Date, written = NOW) => {
      const change = { effectiveFrom: since ?? null, changedBy: 'key:1', reason: since ? 'It was wrong' : null };
      return putLicense(queries, 'times', definition('units', more), written, change);
    };
    await put({});
    await put({ quantity: '50' }, at('08-01'));
    // Written later, of a time before.
    await put({ quantity: '45' }, at('06-01'), new Date(NOW.getTime() + 1));
    expect(await put({ quantity: '45' }, at('07-01'))).toMatchObject({ change: 'none', license: { version: 3 } });
    const quantities = async (by?: Date) => {
      const [license] = (await licensesOfAccounts(queries, ['times'], by)).get('times') ?? [];
      return license?.stretches?.map(({ from, quantity }) => [from.slice(5, 10), quantity]) ?? license?.quantity;
    };
    expect(await quantities()).toEqual([
      ['01-01', '40.0'],
      ['06-01', '45'],
      ['08-01', '50'],
    ]);
    expect(await quantities(NOW)).toEqual([
      ['01-01', '40.0'],
      ['08-01', '50'],
    ]);
    expect(await getLicense(queries, 'times', 'units', at('07-31'))).toMatchObject({ quantity: '45', version: 3 });
    expect(await getLicense(queries, 'times', 'units', NOW)).toMatchObject({ quantity: '50', version: 2 });
    expect(await licenseHistory(queries, 'times', 'units')).toMatchObject([
      { license: { version: 1 }, effectiveFrom: null, changedAt: NOW, changedBy: 'key:1', reason: null },
      { license: { version: 2 }, effectiveFrom: at('08-01'), reason: 'It was wrong' },
      { license: { version: 3 }, effectiveFrom: at('06-01') },
    ]);
    // Another weight counts otherwise from there, and the term goes on as it was before.
    await put({ quantity: '50', weights: { 'dyno.basic': '1' } }, at('10-01'));
    const pools = (await licensesOfAccounts(queries, ['times'])).get('times');
    expect(pools?.map(({ from, to }) => [from.slice(5, 10), to.slice(0, 10)])).toEqual([
      ['01-01', '2026-10-01'],
      ['10-01', '2027-01-01'],
    ]);
  });

  it.each([
    ['a quantity of 0', { quantity: '0' }, 'license_versions_quantity'],
    ['a quantity that is no number', { quantity: 'NaN' }, 'license_versions_quantity'],
    ['a term without length', { to: definition('x').from }, 'license_versions_term'],
    ['an id that needs escaping', { id: 'a/b' }, 'license_versions_id_form'],
  ])('refuse %s', async (_, wrong, constraint) => {
    const { queries } = store().database;
    await openAccount(queries, 'wrong');
    const failure = await putLicense(queries, 'wrong', definition('w', wrong), NOW).catch((error: unknown) => error);
    expect(violatedConstraint(failure)).toBe(constraint);
  });

  it('let one of 32 that overlap through, and give 32 changes at once 32 versions', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'crowd');
    const put = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) => putLicense(tx, 'crowd', definition(`l${index}`), NOW)),
    );
    expect(put.filter((outcome) => 'change' in outcome)).toHaveLength(1);
    expect(await listLicenses(queries, 'crowd', NOW)).toHaveLength(1);

    const changes = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) =>
        putLicense(tx, 'crowd', definition('rows', { product: 'rows', quantity: `${index + 1}` }), NOW),
      ),
    );
    const versions = changes.map((outcome) => ('license' in outcome ? outcome.license.version : 0));
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  });
});
