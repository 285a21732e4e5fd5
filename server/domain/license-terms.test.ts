import { describe, expect, it } from 'vitest';
import { licenseIn, licenseInTime, licensesOf, quantitiesIn, versionsOf } from './license-terms.ts';
import { parseAmount } from './money.ts';
import type { License } from './pricing/price.ts';

const day = (text: string) => `2026-${text}T00:00:00.000Z`;
const micros = (text: string) => Date.parse(day(text)) * 1000;
const JUNE = { from: micros('06-01'), to: micros('07-01') };

const license = (version: number, more: Partial<License> = {}): License => ({
  ...{ id: 'l', version, product: 'Units', quantity: '10', unit: 'units', measure: 'unit_months' },
  ...{ weights: { web: '1' }, from: day('01-01'), to: day('12-01'), ...more },
});
/** Versions with the day from which each holds; the first holds from the beginning. */
const said = (...writings: [string | null, Partial<License>][]) =>
  licenseInTime(
    writings.map(([since, more], i) => ({
      ...{ version: i + 1, value: license(i + 1, more), effectiveFrom: since === null ? null : micros(since) },
    })),
  );
const terms = (licenses: readonly License[]) =>
  licenses.map(({ version, from, to }) => [version, from.slice(5, 10), to.slice(5, 10)]);

describe('what a license says when', () => {
  it.each<[string, [string | null, Partial<License>][], (string | number)[][]]>([
    ['one version', [[null, {}]], [[1, '01-01', '12-01']]],
    [
      'another quantity from a day on',
      [
        [null, {}],
        ['06-16', { quantity: '20' }],
      ],
      [
        [1, '01-01', '06-16'],
        [2, '06-16', '12-01'],
      ],
    ],
    [
      'a term that is made longer',
      [
        [null, { to: day('07-01') }],
        ['06-16', {}],
      ],
      [
        [1, '01-01', '06-16'],
        [2, '06-16', '12-01'],
      ],
    ],
    [
      'a term that is made shorter than what has passed: it ends then',
      [
        [null, {}],
        ['06-16', { to: day('03-01') }],
      ],
      [[1, '01-01', '06-16']],
    ],
    [
      'a term that begins again later',
      [
        [null, { to: day('03-01') }],
        ['06-16', { from: day('08-01') }],
      ],
      [
        [1, '01-01', '03-01'],
        [2, '08-01', '12-01'],
      ],
    ],
  ])('%s', (_, writings, expected) => expect(terms(said(...writings))).toEqual(expected));
});

describe('licenses as pools are made of them', () => {
  it('go on through other quantities, names and terms; others begin with weights, units and gaps', () => {
    const pools = licensesOf(
      said(
        [null, { to: day('08-01') }],
        ['02-01', { quantity: '20', product: 'Many units', to: day('08-01') }],
        ['03-01', { weights: { web: '2' }, to: day('08-01') }],
        ['04-01', { weights: { web: '2' }, quantity: '5', to: day('08-01') }],
        ['09-01', { weights: { web: '2' } }],
      ),
    );
    expect(terms(pools)).toEqual([
      [2, '01-01', '03-01'],
      [4, '03-01', '08-01'],
      [5, '09-01', '12-01'],
    ]);
    expect(pools[0]).toMatchObject({ product: 'Many units', quantity: '20' });
    expect(terms(pools.flatMap(versionsOf))).toEqual([
      [1, '01-01', '02-01'],
      [2, '02-01', '03-01'],
      [3, '03-01', '04-01'],
      [4, '04-01', '08-01'],
      [5, '09-01', '12-01'],
    ]);
    expect(licensesOf(pools.flatMap(versionsOf))).toEqual(pools);
  });

  const [pool] = licensesOf(
    said([null, {}], ['06-16', { quantity: '20' }], ['06-20', { quantity: '20.0' }], ['07-01', { quantity: '5' }]),
  );

  it('stand in a period as they did at its end', () => {
    expect(licenseIn(pool as License, JUNE)).toMatchObject({ version: 3, quantity: '20.0', from: day('01-01') });
    const may = { from: micros('05-01'), to: micros('06-01') };
    expect(licenseIn(pool as License, may)).toMatchObject({ version: 1, quantity: '10' });
    expect(licenseIn(pool as License, { from: micros('12-01'), to: micros('12-31') })).toBeNull();
  });

  it('have their quantities one after another, and the same ones are one', () => {
    expect(quantitiesIn(pool as License, JUNE)).toEqual([
      { from: JUNE.from, to: micros('06-16'), quantity: parseAmount('10') },
      { from: micros('06-16'), to: JUNE.to, quantity: parseAmount('20') },
    ]);
  });
});
