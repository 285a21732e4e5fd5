import { expect, it } from 'vitest';
import { insist } from '../../e2e/support/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../../e2e/support/stores.ts';
import { putAccount } from './accounts.ts';
import type { Queries } from './connect.ts';
import { violatedConstraint } from './errors.ts';
import { getLicense, type LicenseDefinition, listLicenses, putLicense } from './licenses.ts';

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
  it('are written in versions; the newest counts', async () => {
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
    expect(await put()).toEqual({ license: first, change: 'created' });
    expect(await put({ weights: { 'dyno.basic': '0.28', 'dyno.standard-1x': '1' } })).toEqual({
      license: first,
      change: 'none',
    });
    expect(await put({ quantity: '50' })).toEqual({
      license: { ...first, quantity: '50', version: 2 },
      change: 'changed',
    });
    expect(await put()).toMatchObject({ license: { version: 3, quantity: '40.0' }, change: 'changed' });
    expect(await getLicense(queries, 'versions', 'units')).toEqual({ ...first, version: 3 });
    expect(await listLicenses(queries, 'versions')).toEqual([{ ...first, version: 3 }]);
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    for (const id of ['mine', 'theirs']) await openAccount(queries, id);
    await putLicense(queries, 'mine', definition('own'), NOW);
    expect(await putLicense(queries, 'theirs', definition('own'), NOW)).toMatchObject({ change: 'created' });
    expect(await getLicense(queries, 'theirs', 'other')).toBeNull();
    expect(await listLicenses(queries, 'nobody')).toEqual([]);
    const orphan = await putLicense(queries, 'nobody', definition('own'), NOW).catch((error: unknown) => error);
    expect(violatedConstraint(orphan)).toBe('license_versions_account_id_accounts_id_fk');
  });

  it('of one product follow each other', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'terms');
    const put = (id: string, from: string, to: string, product = 'dyno units') => {
      const term = { from: new Date(`${from}T00:00:00.000Z`), to: new Date(`${to}T00:00:00.000Z`) };
      return putLicense(queries, 'terms', definition(id, { ...term, product }), NOW);
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
    // An older version of the term does not count.
    expect(await put('y26', '2026-01-01', '2026-06-01')).toMatchObject({ change: 'changed' });
    expect(await put('more', '2026-06-01', '2027-01-01')).toMatchObject({ change: 'created' });
    expect((await listLicenses(queries, 'terms')).map(({ id }) => id)).toEqual(['more', 'rows', 'y26', 'y27']);
    expect(await listLicenses(queries, 'terms', { after: 'more', limit: 2 })).toMatchObject([
      { id: 'rows' },
      { id: 'y26', version: 2 },
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
    expect(await listLicenses(queries, 'crowd')).toHaveLength(1);

    const changes = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) =>
        putLicense(tx, 'crowd', definition('rows', { product: 'rows', quantity: `${index + 1}` }), NOW),
      ),
    );
    const versions = changes.map((outcome) => ('license' in outcome ? outcome.license.version : 0));
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  });
});
