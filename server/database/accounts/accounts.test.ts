import { expect, it } from 'vitest';
import { violatedConstraint } from '../errors.ts';
import { onBothStores } from '../testing/stores.ts';
import {
  getAccount,
  listAccounts,
  listAccountsByIds,
  listApps,
  listTeams,
  putAccount,
  putApp,
  putTeam,
  type WrittenAccount,
} from './accounts.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');

const account = (id: string, more: Partial<WrittenAccount> = {}): WrittenAccount => ({
  id,
  name: `Account ${id}`,
  kind: 'team',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  anchorDay: 31,
  taxPercent: '8.250',
  ...more,
});

onBothStores('accounts', (store) => {
  it('writes an account, replaces it, and keeps its decimals as written', async () => {
    const { queries } = store().database;
    const there = { createdAt: NOW, endedAt: null };
    expect(await putAccount(queries, account('acme'), NOW)).toEqual({
      ...{ account: { ...account('acme'), ...there }, created: true, periodRuleFrom: null },
    });
    const changed = account('acme', { name: 'Acme & Söhne', taxPercent: '0' });
    expect(await putAccount(queries, changed, NOW)).toEqual({
      ...{ account: { ...changed, ...there }, created: false, periodRuleFrom: null },
    });
    expect(await getAccount(queries, 'acme')).toEqual({ ...changed, ...there });
    expect(await getAccount(queries, 'nobody')).toBeNull();
  });

  it.each([
    ['an id that needs escaping', account('a/b'), 'accounts_id_form'],
    ['an id that ends in a line break', account('ab\n'), 'accounts_id_form'],
    ['an anchor day of 32', account('x1', { anchorDay: 32 }), 'accounts_anchor_day'],
    ['a tax of 100.1 percent', account('x2', { taxPercent: '100.1' }), 'accounts_tax_percent'],
    ['a tax that is no number', account('x3', { taxPercent: 'NaN' }), 'accounts_tax_percent'],
    ['a currency in lower case', account('x4', { currency: 'eur' }), 'accounts_currency'],
  ])('refuses %s', async (_, wrong, constraint) => {
    const failure = await putAccount(store().database.queries, wrong, NOW).catch((error: unknown) => error);
    expect(violatedConstraint(failure)).toBe(constraint);
  });

  it('lists by id in pages, of all or of some, and by name', async () => {
    const { queries } = store().database;
    const names = { 'page-a': 'Zebra', 'page-b': 'Yak', 'page-c': 'Xerus' };
    for (const [id, name] of Object.entries(names)) await putAccount(queries, account(id, { name }), NOW);
    const ids = Object.keys(names);
    const page = (after: string | null, limit: number) => listAccounts(queries, { after, limit, ids });
    expect((await page(null, 2)).map((a) => a.id)).toEqual(['page-a', 'page-b']);
    expect((await page('page-b', 2)).map((a) => a.id)).toEqual(['page-c']);
    expect(await listAccounts(queries, { after: null, limit: 9, ids: [] })).toEqual([]);
    expect((await listAccounts(queries, { after: 'page-a', limit: 1 })).map((a) => a.id)).toEqual(['page-b']);
    expect((await listAccountsByIds(queries, [...ids, 'gone'])).map((a) => a.name)).toEqual(['Xerus', 'Yak', 'Zebra']);
  });

  it('keeps teams and apps within their account', async () => {
    const { queries } = store().database;
    await putAccount(queries, account('one'), NOW);
    await putAccount(queries, account('two'), NOW);
    const team = { accountId: 'one', id: 'core', name: 'Core' };
    expect(await putTeam(queries, team, NOW)).toEqual({ team, created: true });
    expect(await putTeam(queries, { ...team, name: 'Kernel' }, NOW)).toMatchObject({ created: false });
    expect(await listTeams(queries, 'one')).toEqual([{ ...team, name: 'Kernel' }]);

    const app = { accountId: 'one', id: 'web', name: 'Web', teamId: 'core' };
    expect(await putApp(queries, app, NOW)).toEqual({ app, created: true });
    expect(await putApp(queries, { ...app, teamId: null }, NOW)).toMatchObject({ created: false });
    expect(await listApps(queries, 'one')).toEqual([{ ...app, teamId: null }]);
    expect(await listApps(queries, 'two')).toEqual([]);

    const stolen = await putApp(queries, { ...app, accountId: 'two' }, NOW).catch((error: unknown) => error);
    expect(violatedConstraint(stolen)).toBe('apps_team');
    const orphan = await putTeam(queries, { ...team, accountId: 'none' }, NOW).catch((error: unknown) => error);
    expect(violatedConstraint(orphan)).toBe('teams_account_id_accounts_id_fk');
  });
});
