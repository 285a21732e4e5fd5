import { describe, expect, it } from 'vitest';
import { ADDON_PLANS } from './addons.ts';
import { EVENT_TYPES, METERS, RATE_CARD } from './catalog.ts';
import { DYNO_SIZES } from './dynos.ts';

const DECIMAL = /^(0|[1-9]\d*)(\.\d+)?$/;

describe('meters', () => {
  it('use all six aggregations', () => {
    const used = new Set(Object.values(METERS).map((meter) => meter.aggregation));
    expect([...used].sort()).toEqual(['count', 'latest', 'max', 'sum', 'time_weighted', 'unique']);
  });

  it.each(Object.entries(METERS))('%s is complete', (_key, meter) => {
    expect(Object.values<string>(EVENT_TYPES)).toContain(meter.eventType);
    expect(meter.valuePath === undefined).toBe(meter.aggregation === 'count');
    expect(meter.levels !== undefined).toBe(meter.aggregation === 'time_weighted');
  });

  it('feeds three meters from one inference event', () => {
    const fed = Object.entries(METERS).filter(([, meter]) => meter.eventType === EVENT_TYPES.inference);
    expect(fed.map(([key]) => key)).toEqual([
      'inference-requests',
      'inference-context-tokens',
      'inference-generated-tokens',
    ]);
  });
});

describe('prices', () => {
  it('have a key each', () => {
    const keys = RATE_CARD.prices.map((price) => price.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(RATE_CARD.prices.map((price) => [price.key, price] as const))('%s fits its meter', (_key, price) => {
    const dimensions = Object.keys(METERS[price.meter]?.dimensions ?? {});
    expect(dimensions).toEqual(expect.arrayContaining([...Object.keys(price.match ?? {}), ...(price.lineBy ?? [])]));
  });

  it('are decimals as text', () => {
    const amounts = RATE_CARD.prices.flatMap((price) => {
      if ('tiers' in price) return price.tiers.map((tier) => tier.unitAmount);
      if ('unitAmount' in price) return [price.unitAmount];
      return 'percent' in price ? [price.percent] : [price.amount];
    });
    expect(amounts.filter((amount) => !DECIMAL.test(amount))).toEqual([]);
  });

  it('end every tier list without limit', () => {
    for (const price of RATE_CARD.prices) {
      if (price.model === 'graduated') expect(price.tiers.at(-1)?.upTo).toBeNull();
    }
  });

  it('cap each dyno slot at its monthly price, and price every size sold', () => {
    for (const { size, monthly } of DYNO_SIZES) {
      const price = RATE_CARD.prices.find((p) => p.key === `dyno.${size}`);
      if (monthly === null) expect(price).toMatchObject({ model: 'flat' });
      else {
        expect(price).toMatchObject({
          model: 'per_time',
          amount: monthly,
          perSeconds: '2592000',
          maximum: { amount: monthly, scope: 'slot' },
        });
      }
    }
  });

  it('know every plan once', () => {
    const plans = ADDON_PLANS.map(({ service, plan }) => `${service}:${plan}`);
    expect(new Set(plans).size).toBe(plans.length);
  });
});
