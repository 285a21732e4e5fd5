import { describe, expect, it } from 'vitest';
import { paths } from './paths.ts';

describe('paths', () => {
  it('leaves out what was not chosen', () => {
    expect(paths.usage('acme')).toBe('/accounts/acme/usage');
    expect(paths.usage('acme', { period: '2026-10', meter: undefined, groupBy: '' })).toBe(
      '/accounts/acme/usage?period=2026-10',
    );
  });

  it('escapes ids and values', () => {
    expect(paths.usage('a/b', { meter: 'x&y' })).toBe('/accounts/a%2Fb/usage?meter=x%26y');
    expect(paths.signIn('/accounts?x=1')).toBe('/sign-in?redirectTo=%2Faccounts%3Fx%3D1');
  });
});
