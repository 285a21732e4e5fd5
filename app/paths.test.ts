import { describe, expect, it } from 'vitest';
import { choiceOf, paths } from './paths.ts';

describe('paths', () => {
  it('leaves out what was not chosen', () => {
    expect(paths.usage('acme')).toBe('/accounts/acme/usage');
    expect(paths.usage('acme', { period: '2026-10', meter: undefined, groupBy: '' })).toBe(
      '/accounts/acme/usage?period=2026-10',
    );
  });

  it.each([
    [{}, ''],
    [{ app: '' }, '?app='],
    [{ app: 'a&b', meter: 'dyno' }, '?meter=dyno&app=a%26b'],
    [{ exceptApps: ['', 'a b'] }, '?except=&except=a+b'],
    [{ license: 'units' }, '?license=units'],
  ])('names the charges %j, and knows them again', (choice, search) => {
    const path = paths.invoiceCharges('acme', 'current', choice);
    expect(path).toBe(`/accounts/acme/invoices/current${search}`);
    expect(choiceOf(new URL(path, 'http://localhost').searchParams)).toEqual(choice);
  });

  it('leads to a difference of two spans', () => {
    const days = { from: '2026-10-01', to: '2026-10-14', compareFrom: '2026-09-01', compareTo: '2026-09-14' };
    const search = 'from=2026-10-01&to=2026-10-14&compareFrom=2026-09-01&compareTo=2026-09-14';
    expect(paths.changes('acme', days)).toBe(`/accounts/acme/changes?${search}`);
    expect(paths.change('acme', days, { all: true })).toBe(`/accounts/acme/changes?${search}&all=1`);
  });

  it('escapes ids and values', () => {
    expect(paths.usage('a/b', { meter: 'x&y' })).toBe('/accounts/a%2Fb/usage?meter=x%26y');
    expect(paths.signIn('/accounts?x=1')).toBe('/sign-in?redirectTo=%2Faccounts%3Fx%3D1');
  });
});
