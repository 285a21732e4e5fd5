import express from 'express';
import { expect, it } from 'vitest';
import { readTrustedProxies } from './trusted-proxies.ts';

it.each<[string, ReturnType<typeof readTrustedProxies>]>([
  ['0', false],
  ['2', 2],
  ['10.0.0.0/8, 127.0.0.1', ['10.0.0.0/8', '127.0.0.1']],
  ['fd00::/8', ['fd00::/8']],
  ['0.0.0.0/0', null],
  ['::/0', null],
  ['10.0.0.0/33', null],
  ['10.0.0.0/08', null],
  ['10.0.0.0/8/8', null],
  ['proxy', null],
  ['', null],
])('%s', (text, proxies) => {
  expect(readTrustedProxies(text)).toEqual(proxies);
});

it('takes nothing that Express would refuse when it starts', () => {
  for (let bits = 0; bits <= 129; bits++) {
    for (const text of [`192.0.2.0/${bits}`, `2001:db8::/${bits}`]) {
      const proxies = readTrustedProxies(text);
      if (Array.isArray(proxies)) expect(() => express().set('trust proxy', proxies)).not.toThrow();
    }
  }
});
