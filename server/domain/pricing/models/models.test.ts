import { describe, expect, it } from 'vitest';
import type { Price } from '../price.ts';
import { type ModelTerms, modelOf } from './models.ts';

const price = (terms: ModelTerms): Price => ({ key: 'p', meter: 'm', description: 'P', ...terms });
const tiers = [
  { upTo: '10', unitAmount: '1', flatAmount: '2' },
  { upTo: null, unitAmount: '0.5' },
];
const wording = { money: (amount: string) => `${amount} USD`, unit: 'GB' };

describe('what a price says in words', () => {
  it.each<[ModelTerms, string]>([
    [{ model: 'per_unit', unitAmount: '0.2' }, '0.2 USD for each GB'],
    [{ model: 'per_unit', unitAmount: '3', per: '1000' }, '3 USD for 1000 GB'],
    [{ model: 'per_time', amount: '25', perSeconds: '2592000' }, '25 USD for 720 h (2592000 seconds), to the second'],
    [{ model: 'per_time', amount: '1', perSeconds: '90' }, '1 USD for 90 seconds, to the second'],
    [{ model: 'per_time', amount: '1', perSeconds: '3600.5' }, '1 USD for 3600.5 seconds, to the second'],
    [{ model: 'flat', amount: '9' }, '9 USD for the whole period, once anything is used'],
    [{ model: 'package', amount: '5', size: '100' }, '5 USD for each 100 GB begun'],
    [{ model: 'percentage', percent: '1.5' }, '1.5 % of each event’s value'],
    [
      { model: 'percentage', percent: '1.5', fixedAmount: '0.1', perEventMin: '0.2', perEventMax: '4' },
      '1.5 % of each event’s value, plus 0.1 USD, at least 0.2 USD, at most 4 USD',
    ],
    [{ model: 'graduated', tiers }, 'Each unit at the price of the tier it falls in:'],
    [{ model: 'volume', tiers }, 'All units at the price of the tier the whole falls in:'],
  ])('%j', (terms, words) => {
    const told = price(terms);
    expect(modelOf(told).words(told, wording)).toBe(words);
  });
});

describe('what contradicts itself', () => {
  it.each<[ModelTerms, (string | number)[][]]>([
    [{ model: 'graduated', tiers }, []],
    [{ model: 'volume', tiers: [{ upTo: '10', unitAmount: '1' }] }, [['tiers', 0, 'upTo']]],
    [{ model: 'graduated', tiers: [{ upTo: null, unitAmount: '1' }, ...tiers] }, [['tiers', 0, 'upTo']]],
    [{ model: 'graduated', tiers: [{ upTo: '10.0', unitAmount: '1' }, ...tiers] }, [['tiers', 1, 'upTo']]],
    [{ model: 'percentage', percent: '1', perEventMin: '2', perEventMax: '1.99' }, [['perEventMax']]],
    [{ model: 'percentage', percent: '1', perEventMin: '2', perEventMax: '2.0' }, []],
  ])('%j', (terms, paths) => {
    const told = price(terms);
    expect(
      modelOf(told)
        .faults(told)
        .map(({ path }) => path),
    ).toEqual(paths);
  });
});
