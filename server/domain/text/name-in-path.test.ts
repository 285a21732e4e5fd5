import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameInPath, nameOfSegment } from './name-in-path.ts';

const lastSegment = (path: string) => new URL(path, 'http://host').pathname.split('/').at(-1) ?? '';

describe('a name in an address', () => {
  it.each([
    ['shop', 'shop'],
    ['~shop', '~shop'],
    ['...', '...'],
    ['', '~'],
    ['.', '~.'],
    ['..', '~..'],
    ['~', '~~'],
    ['~.', '~~.'],
    ['a.data', 'a.dat%61'],
    ['a/b', 'a%2Fb'],
    ['a%2Fb', 'a%252Fb'],
    ['%2e', '%252e'],
  ])('%j is %s', (name, segment) => expect(nameInPath(name)).toBe(segment));

  it('is read back, whatever a browser does to the address, and is never taken for a request of data', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.string({ unit: fc.constantFrom('~', '.', '/', '%', '2', 'e', 'F', '?', '#', '.data'), maxLength: 8 }),
    );
    fc.assert(
      fc.property(names, (name) => {
        for (const end of ['', '.data']) {
          const path = `/accounts/a/resources/${nameInPath(name)}`;
          expect(path).not.toMatch(/\.data$/);
          const segment = lastSegment(`${path}${end}`);
          const read = decodeURIComponent(segment.slice(0, segment.length - end.length));
          expect(nameOfSegment(read)).toBe(name);
        }
      }),
    );
  });
});
