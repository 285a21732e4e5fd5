import { describe, expect, it } from 'vitest';
import { sameSitePath } from './same-site-path.ts';

describe('sameSitePath', () => {
  it.each(['/', '/accounts', '/accounts/acme/usage?period=2026-10&meter=dyno#days'])('keeps %s', (path) => {
    expect(sameSitePath(path)).toBe(path);
  });

  it.each([
    null,
    undefined,
    '',
    'accounts',
    'https://other.example/',
    '//other.example/',
    '/\\other.example/',
    '/\t/other.example/',
    '/.//other.example/',
    '/a/..//other.example/',
    'javascript:alert(1)',
    '//[',
  ])('sends %j home', (wanted) => {
    expect(sameSitePath(wanted)).toBe('/');
  });
});
