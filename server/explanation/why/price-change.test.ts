import { describe, expect, it } from 'vitest';
import type { ModelTerms } from '../../domain/pricing/models/models.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { changeWords, termsText } from './price-change.ts';

const price = (terms: ModelTerms & Partial<Price>): Price => ({
  ...{ key: 'k', meter: 'm', description: 'Work' },
  ...terms,
});
const time = (amount: string, perSeconds = '2592000') => price({ model: 'per_time', amount, perSeconds });
const unit = (unitAmount: string, more: Partial<Price> = {}) =>
  price({ model: 'per_unit', unitAmount, ...more } as never);
const tiers = (unitAmount: string) => price({ model: 'graduated', tiers: [{ upTo: null, unitAmount }] });

describe('how a price changed, in words', () => {
  it.each([
    [time('25.00'), time('27'), 'Its price changed from 25.00 to 27.00 per 30 days'],
    [time('1', '3600'), time('1.5', '3600'), 'Its price changed from 1.00 to 1.50 per hour'],
    [time('1', '3600'), time('20', '86400'), 'Its price changed from 1.00 per hour to 20.00 per day'],
    [unit('0.25'), unit('0.00031'), 'Its price changed from 0.25 to 0.00031 each'],
    [unit('1'), price({ model: 'flat', amount: '9' }), 'Its price changed from 1.00 each to 9.00 for the period'],
    [
      price({ model: 'percentage', percent: '2.9' }),
      price({ model: 'percentage', percent: '3' }),
      'Its price changed from 2.9 % to 3 %',
    ],
    [unit('1', { included: '10' }), unit('1'), 'What is included changed from 10 units to nothing'],
    [
      unit('1'),
      unit('2', { minimum: '3' }),
      'Its price changed from 1.00 to 2.00 each; the minimum changed from none to 3.00',
    ],
    [
      unit('1', { maximum: { amount: '5', scope: 'slot' } }),
      unit('1', { maximum: { amount: '6.5', scope: 'line' } }),
      'The most that is charged changed from 5.00 for each slot to 6.50 for the charge',
    ],
    [tiers('1'), tiers('2'), 'Its price changed'],
  ])('%j to %j: %s', (before, now, words) => {
    expect(changeWords(before, now, 'units', 2)).toBe(words);
  });
});

describe('terms', () => {
  const first = unit('1', { match: { app: 'a' }, lineBy: ['team'] });

  it('are the same whatever the price is called and for which usage it is', () => {
    expect(termsText(first)).toBe(termsText({ ...unit('1'), key: 'other', description: 'Other' }));
    expect(termsText(first)).not.toBe(termsText(unit('1.01')));
    expect(termsText(first)).not.toBe(termsText(unit('1', { flatAtZero: true })));
  });
});
