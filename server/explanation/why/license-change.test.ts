import { describe, expect, it } from 'vitest';
import type { License, LicenseStretch } from '../../domain/pricing/price.ts';
import { compareLicenses, licensesMoved, licenseWords } from './license-change.ts';

const at = (text: string) => Date.parse(text) * 1000;
const MAY = { from: at('2026-05-01T00:00:00Z'), to: at('2026-06-01T00:00:00Z') };
const JUNE = { from: at('2026-06-01T00:00:00Z'), to: at('2026-07-01T00:00:00Z') };
const license = (given: Partial<License> = {}): License => ({
  ...{ id: 'l', version: 1, product: 'Units', quantity: '10', unit: 'units', measure: 'unit_months' },
  ...{ weights: { web: '1' }, from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' },
  ...given,
});
const stretch = (from: string, quantity: string): LicenseStretch => {
  return { from: `2026-${from}T00:00:00Z`, version: 1, product: 'Units', quantity };
};
const may = { to: '2026-06-01T00:00:00Z' };
const june = { from: '2026-06-01T00:00:00Z' };
const moved = (given: Partial<License>) => licensesMoved([license(given)], MAY, JUNE).map(({ from, to }) => [from, to]);
const instant = (day: number) => `2026-06-${String(day).padStart(2, '0')}T00:00:00.000000Z`;

describe('licenses of two periods', () => {
  it.each<[string, License[], License[], boolean, string[]]>([
    ['one that stays', [license()], [license()], false, []],
    ['one that ended', [license(may)], [license(may)], true, ['Units ended']],
    ['one that is new', [license(june)], [license(june)], true, ['Units is new']],
    [
      'one that took the place of another',
      [license(may), license({ id: 'm', ...june })],
      [license(may), license({ id: 'm', ...june })],
      false,
      [],
    ],
    [
      'one with more, by the same id',
      [license()],
      [license({ quantity: '13', version: 2 })],
      true,
      ['Units: 13 instead of 10 units'],
    ],
    [
      'one with more that took the place of another',
      [license(may)],
      [license({ id: 'm', quantity: '13', ...june })],
      true,
      ['Units: 13 instead of 10 units'],
    ],
    [
      'one that counts otherwise',
      [license()],
      [license({ weights: { web: '2' } })],
      true,
      ['Units counts usage differently'],
    ],
    ['one of other prices', [], [license({ weights: { other: '1' } })], false, []],
    [
      'one that shares usage with another',
      [license({ weights: { web: '1', worker: '1' } })],
      [
        license({ weights: { web: '1', worker: '1' } }),
        license({ id: 'w', product: 'Workers', weights: { worker: '1' } }),
      ],
      true,
      ['Workers is new'],
    ],
    [
      'one from inside the first',
      [license({ from: '2026-05-10T00:00:00Z' })],
      [license({ from: '2026-05-10T00:00:00Z' })],
      true,
      [],
    ],
    [
      'one that was more for a time',
      [license({ stretches: [stretch('01-01', '10'), stretch('05-11', '20'), stretch('05-21', '10')] })],
      [license({ stretches: [stretch('01-01', '10'), stretch('05-11', '20'), stretch('05-21', '10')] })],
      true,
      ['Units changed in between'],
    ],
    [
      'one that has been more since the month before',
      [license({ quantity: '20', stretches: [stretch('01-01', '10'), stretch('04-11', '20')] })],
      [license({ quantity: '20', stretches: [stretch('01-01', '10'), stretch('04-11', '20')] })],
      false,
      [],
    ],
    [
      'one that is more in the middle of the second',
      [license({ quantity: '20', stretches: [stretch('01-01', '10'), stretch('06-11', '20')] })],
      [license({ quantity: '20', stretches: [stretch('01-01', '10'), stretch('06-11', '20')] })],
      true,
      ['Units: 20 instead of 10 units'],
    ],
  ])('%s', (_, before, now, differ, words) => {
    const compared = compareLicenses('web', { licenses: before, period: MAY }, { licenses: now, period: JUNE });
    expect(compared.differ).toBe(differ);
    if (differ) expect(licenseWords(compared)).toEqual(words);
  });
});

describe('licenses as they were', () => {
  it.each<[string, Partial<License>, string[][]]>([
    ['go on where they reach over', {}, [[instant(1), '2026-07-01T00:00:00.000000Z']]],
    ['go on where they ended since', may, [[instant(1), '2026-07-01T00:00:00.000000Z']]],
    ['are left out where they are new', june, []],
    [
      'lie in the same part',
      { from: '2026-05-10T00:00:00Z', to: '2026-05-20T00:00:00Z' },
      [[instant(10), instant(20)]],
    ],
    ['have no place in a shorter month', { from: '2026-05-31T00:00:00Z', to: '2026-06-01T00:00:00Z' }, []],
  ])('%s', (_, given, terms) => {
    expect(moved(given)).toEqual(terms);
  });

  it('change their quantity in the same part', () => {
    const stretches = [stretch('01-01', '10'), stretch('05-11', '20'), stretch('06-11', '30')];
    const [license1] = licensesMoved([license({ quantity: '30', stretches })], MAY, JUNE);
    expect(license1).toMatchObject({
      quantity: '20',
      stretches: [
        { from: instant(1), quantity: '10' },
        { from: instant(11), quantity: '20' },
      ],
    });
  });
});
