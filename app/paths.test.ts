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

  it('escapes ids and values', () => {
    expect(paths.usage('a/b', { meter: 'x&y' })).toBe('/accounts/a%2Fb/usage?meter=x%26y');
    expect(paths.signIn('/accounts?x=1')).toBe('/sign-in?redirectTo=%2Faccounts%3Fx%3D1');
  });
});
