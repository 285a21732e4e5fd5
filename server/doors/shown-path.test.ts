import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { opensLink, shownPath } from './shown-path.ts';

const TOKEN = randomBytes(32).toString('base64url').replace(/^./, 'Q');

describe('the address of a link', () => {
  it.each([
    `/s/${TOKEN}`,
    `/S/${TOKEN}`,
    `//s/${TOKEN}`,
    `/s//${TOKEN}`,
    `/%73/${TOKEN}`,
    `/%2573/${TOKEN}`,
    `/s%2f${TOKEN}`,
    `/s\\${TOKEN}`,
    `/./s/${TOKEN}`,
    `/x/../s/${TOKEN}`,
    `/x/%2e%2E/s/${TOKEN}`,
    `/s/${TOKEN}.data`,
    `/s/${TOKEN}/anything/else`,
    `/s/${TOKEN}/resources/erika@example.com`,
    `/s/${TOKEN}?_data=${TOKEN}`,
  ])('%s is one, and no log tells it', (url) => {
    expect(opensLink(url)).toBe(true);
    expect(shownPath(url)).toMatch(/^\/s\/\[token\](\/(resources|events))?$/);
  });

  it.each(['/', '/sign-in', '/accounts/s', '/x/s/y', '/%', '/%E0%A4%A'])('%s is none', (url) =>
    expect(opensLink(url)).toBe(false),
  );
});

describe('the path a log holds', () => {
  it.each([
    [
      '/accounts/acme/charges/2026-11-0a1b2c3d4e5f60718293?cursor=abc',
      '/accounts/acme/charges/2026-11-0a1b2c3d4e5f60718293',
    ],
    ['/api/v1/accounts/acme/invoices/current.csv', '/api/v1/accounts/acme/invoices/current.csv'],
    ['/accounts/acme/charges/c/resources/shop', '/accounts/acme/charges/c/resources/[…]'],
    ['/accounts/erika@example.com', '/accounts/[…]'],
    [`/accounts/${TOKEN}`, '/accounts/[…]'],
    [`/accounts/${'0'.repeat(40)}`, '/accounts/[…]'],
    ['/why%20so%20much/%0a{"level":30}', '/[…]/[…]'],
    [`/${'a/'.repeat(1000)}`, `/${'a/'.repeat(12)}…`],
    ['*', '/[…]'],
    [`http://elsewhere.example/s/${TOKEN}`, '/[…]/elsewhere.example/s/[…]'],
  ])('of %s is %s', (url, shown) => expect(shownPath(url)).toBe(shown));
});
