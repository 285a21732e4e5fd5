import { describe, expect, it } from 'vitest';
import type { Price } from '../pricing/price.ts';
import type { Contribution } from './contribution.ts';
import { uncovered } from './piece.ts';
import { PriceFunction } from './price-function.ts';
import { ChargeRater, type Part } from './rate-charge.ts';
import { ChargeSums } from './rated-charge.ts';
import { MARCH, MARCH_DAYS } from './testing/rating-cases.ts';

const price: Price = { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: '2' };
const segments = [{ from: MARCH.from, price, discountPercent: '0' }];
const event = (id: string): Contribution => ({
  ...{ kind: 'event', from: MARCH.from, to: MARCH.from, quantity: 10n ** 18n, events: 1, source: 's', id },
  ...{ slot: '', subject: '', dimensions: {} },
});

function counted(isCounted: (part: Part) => boolean, covered: ReadonlyMap<string, bigint>) {
  const rater = new ChargeRater(segments, (of, discountPercent) => new PriceFunction(of, discountPercent));
  const contributions = [event('a'), event('b')];
  const versions = [{ from: MARCH.from, version: 1, prices: new Map([['p', price]]), discountPercent: '0' }];
  const sums = new ChargeSums(
    { accountId: 'acme', period: MARCH, days: MARCH_DAYS, versions, currency: 'USD', minorUnit: 2, licenses: [] },
    { priceKey: 'p', lineValues: { app: 'web' }, contributions },
  );
  rater.rate(contributions.map(uncovered), (part) => {
    if (isCounted(part)) sums.add(part);
  });
  return () => sums.rated(segments, rater.charged, covered);
}

describe('a charge insists on its parts', () => {
  it('that add up to it', () => {
    expect(counted(() => true, new Map())().amount).toBe('4.00');
  });

  it('and names itself where one is missing', () => {
    const rated = counted(({ contribution }) => contribution.id !== 'b', new Map());
    expect(rated).toThrow('account acme, charge "p" {"app":"web"}: its parts come to 2, its price to 4');
  });

  it('also where a license covers more than its parts say', () => {
    const rated = counted(() => true, new Map([['l', 10n ** 12n]]));
    expect(rated).toThrow('its licenses cover 1, of its parts 0');
  });

  it.each([
    ['more than there is', 2n, 'licenses cover 2 of the 1 of "a"'],
    ['less than nothing', -1n, 'licenses cover -1 of the 1 of "a"'],
  ])('and where licenses cover %s of a part', (_, quantity, message) => {
    const versions = [{ from: MARCH.from, version: 1, prices: new Map([['p', price]]), discountPercent: '0' }];
    const sums = new ChargeSums(
      { accountId: 'acme', period: MARCH, days: MARCH_DAYS, versions, currency: 'USD', minorUnit: 2, licenses: [] },
      { priceKey: 'p', lineValues: {}, contributions: [event('a')] },
    );
    const covered = [{ licenseId: 'l', quantity: quantity * 10n ** 18n }];
    const none = {
      included: 0n,
      amount: 0n,
      limits: 0n,
      discount: 0n,
      even: false,
      coveredAmount: 0n,
      coveredAmounts: [],
    };
    expect(() => sums.add({ contribution: event('a'), covered, ...none })).toThrow(message);
  });
});
