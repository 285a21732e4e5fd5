import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostOf, networkOf } from './network-of.ts';

it.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['127.0.0.1', '127.0.0.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['::ffff:cb00:7109', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:DB8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['::', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['1:2:3:4:5:6:203.0.113.9', '1:2:3::/48'],
  ['unknown', null],
  ['', null],
  ['203.0.113', null],
  ['::ffff:1.2.3.4', '1.2.3.0/24'],
  ['::FFFF:1.2.3.4', '1.2.3.0/24'],
  ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.0/24'],
  ['::ffff:1.2.3.4%eth0', '1.2.3.0/24'],
  ['1.2.3.4%eth0', '1.2.3.0/24'],
  ['2001:db8:1::2%', '2001:db8:1::/48'],
  // No IPv4 address, although it ends like one.
  ['::1.2.3.4', '0:0:0::/48'],
  ['64:ff9b::1.2.3.4', '64:ff9b:0::/48'],
  ['%eth0', null],
  ['203.0.113.256', null],
  ['203.0.113.09', null],
  ['0x7f.0.0.1', null],
  ['127.1', null],
  ['2130706433', null],
  ['203.0.113.9/24', null],
  [' 203.0.113.9', null],
  ['[::1]', null],
  ['1::2::3', null],
  ['1:2:3:4:5:6:7:8:9', null],
  ['12345::', null],
  ['::ffff:1.2.3.256', null],
  ['::ffff:1.2.3', null],
  ['fe80::g', null],
])('of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['::ffff:203.0.113.9%eth0', '203.0.113.9'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['::1.2.3.4', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['0x7f.0.0.1', '0x7f.0.0.1'],
  ['', ''],
])('of %s one host is %s', (address, host) => {
  expect(hostOf(address)).toBe(host);
});

it('is the same for all addresses of a network', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (address, last) => {
      expect(networkOf(address.replace(/\d+$/, String(last)))).toBe(networkOf(address));
    }),
  );
  const groups = (length: number) => fc.array(fc.nat(0xffff), { minLength: length, maxLength: length });
  const text = (parts: number[]) => parts.map((part) => part.toString(16)).join(':');
  fc.assert(
    fc.property(groups(3), groups(5), groups(5), (network, one, other) => {
      fc.pre(network.some((group) => group !== 0));
      expect(networkOf(text([...network, ...one]))).toBe(`${text(network)}::/48`);
      expect(networkOf(text([...network, ...other]))).toBe(`${text(network)}::/48`);
    }),
  );
});
