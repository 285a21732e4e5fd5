import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentHash, eventKey } from './event-key.ts';

describe('the key of an event', () => {
  it('is 128 bits of SHA-256 over account, source and id, as hexadecimal digits', () => {
    const hex = createHash('sha256').update('acme\0/s\0e1').digest('hex').slice(0, 32);
    const { hash, high, low } = eventKey('acme', '/s', 'e1');
    expect(hash).toBe(hex);
    expect(high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toBe(hex.slice(0, 16));
  });

  it.each([
    [['acme', '/s', 'e2']],
    [['acme', '/t', 'e1']],
    [['other', '/s', 'e1']],
    [['acme', '/se', '1']],
    [['acm', 'e/s', 'e1']],
    [['acme', '/s', 'E1']],
    [['acme', '/s', 'e1 ']],
  ])('of %j is another', ([account = '', source = '', id = '']) => {
    expect(eventKey(account, source, id).hash).not.toBe(eventKey('acme', '/s', 'e1').hash);
  });

  it('of content depends on every character', () => {
    expect(contentHash('{"a":1}')).toBe(contentHash('{"a":1}'));
    expect(contentHash('{"a":1}')).not.toBe(contentHash('{"a":1} '));
  });
});
