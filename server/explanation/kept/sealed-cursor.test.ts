import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCursor, sealCursor } from './sealed-cursor.ts';

const SECRET = 'c2VjcmV0IG9mIGEga2VwdCBleHBsYW5hdGlvbg';
const CURSOR = '["12.5","web.1"]';
/** As it stands in explanations that were frozen before cursors were sealed by AES-SIV. */
const SEALED_BEFORE = 'z6l4fpf_1lwTRCbJIo7RsMo2kKzZc1_SGfvJlISMHGxliBo4PFSkcgrF-0U';

describe('a sealed cursor', () => {
  it('is opened by its secret, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (cursor) => {
        const sealed = sealCursor(SECRET, cursor);
        expect(openCursor(SECRET, sealed)).toBe(cursor);
        expect(sealCursor(SECRET, cursor)).toBe(sealed);
      }),
    );
  });

  it('tells nothing of what two have in common', () => {
    const [one, other] = ['["12.5","web.1"]', '["12.5","web.2"]'].map((cursor) => sealCursor(SECRET, cursor));
    expect(one?.slice(0, 20)).not.toBe(other?.slice(0, 20));
    expect(one?.slice(-4)).not.toBe(other?.slice(-4));
  });

  // Links that were shared then are opened for as long as they are kept.
  it('of before is opened, too', () => expect(openCursor(SECRET, SEALED_BEFORE)).toBe(CURSOR));

  it.each([
    ['as it is sealed now', sealCursor(SECRET, CURSOR)],
    ['as it was before', SEALED_BEFORE],
  ])('changed in any place is none, %s', (_, sealed) => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => openCursor(SECRET, changed.toString('base64url'))).toThrow(RangeError);
    }
    expect(() => openCursor(SECRET, bytes.subarray(0, -1).toString('base64url'))).toThrow(RangeError);
  });

  it.each([
    ['of another explanation', sealCursor('another', CURSOR)],
    ['not sealed', CURSOR],
    ['of nothing', ''],
    ['too short for a tag', 'AAAA'],
    ['with a character that base64 passes over', `${sealCursor(SECRET, CURSOR)}=`],
    ['made up', 'made-up'.repeat(20)],
  ])('%s is none', (_, sealed) => {
    expect(() => openCursor(SECRET, sealed)).toThrow(RangeError);
  });
});
