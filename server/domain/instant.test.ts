import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEventTime, toRfc3339 } from './instant.ts';

const at = (text: string) => Date.parse(text) * 1000;

describe('an event time', () => {
  it.each([
    ['2026-11-24T08:30:00Z', at('2026-11-24T08:30:00Z')],
    ['2026-11-24t08:30:00z', at('2026-11-24T08:30:00Z')],
    ['2026-11-24T08:30:00.5Z', at('2026-11-24T08:30:00Z') + 500_000],
    ['2026-11-24T08:30:00.000001Z', at('2026-11-24T08:30:00Z') + 1],
    // Finer digits are cut off, never rounded into the next bucket.
    ['2026-11-24T08:30:59.999999999999Z', at('2026-11-24T08:31:00Z') - 1],
    ['2026-11-24T14:15:00+05:45', at('2026-11-24T08:30:00Z')],
    ['2026-11-24T00:30:00-08:00', at('2026-11-24T08:30:00Z')],
    ['2026-11-24T08:30:00-00:00', at('2026-11-24T08:30:00Z')],
    ['2028-02-29T00:00:00Z', at('2028-02-29T00:00:00Z')],
    ['1970-01-01T00:00:00.25Z', 250_000],
    ['1969-12-31T23:59:59.75Z', -250_000],
  ])('%s is read', (text, micros) => expect(readEventTime(text)).toBe(micros));

  it.each([
    '',
    'yesterday',
    '2026-11-24',
    '2026-11-24T08:30Z',
    '2026-11-24T08:30:00',
    '2026-11-24 08:30:00Z',
    '2026-11-24T08:30:00.Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T08:60:00Z',
    '2026-11-24T08:30:60Z',
    '2026-11-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-11-24T08:30:00+24:00',
    '2026-11-24T08:30:00+0100',
    '0001-01-01T00:00:00Z',
    '2026-11-24T08:30:00Z\n',
    ' 2026-11-24T08:30:00Z',
    '1795509000',
  ])('"%s" is none', (text) => expect(readEventTime(text)).toBeNull());

  it('is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('1950-01-01'), max: at('2150-01-01') }), (micros) => {
        expect(toRfc3339(micros)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(readEventTime(toRfc3339(micros))).toBe(micros);
      }),
    );
  });
});
