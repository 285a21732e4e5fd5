import type { MeterDefinition } from '../../server/domain/meter.ts';
import type { Price } from '../../server/domain/pricing/price.ts';
import type { Operator } from '../support/people/operator.ts';

/** What spending is measured with: formations with caps, add-ons, tokens in tiers; 40 prices. */
export const DYNO_METER = 'bench-dyno';
export const ADDON_METER = 'bench-addon';
export const TOKENS_METER = 'bench-tokens';
export const SIZES = 8;
export const PLANS = 12;
export const MODELS = 20;
/** Of ten resources four are formations, one an add-on, five send metered events. */
export const SHARES = { formations: 4, addons: 1, metered: 5 };

export const METERS: Record<string, MeterDefinition> = {
  [DYNO_METER]: {
    ...{ description: 'Dynos', eventType: 'bench.formation', aggregation: 'time_weighted', levels: 'slots' },
    ...{ valuePath: '$.quantity', unit: 'slot-second' },
    dimensions: { app: '$.app', process: '$.process', size: '$.size' },
  },
  [ADDON_METER]: {
    ...{ description: 'Add-ons', eventType: 'bench.addon', aggregation: 'time_weighted', levels: 'slots' },
    ...{ valuePath: '$.quantity', unit: 'slot-second', dimensions: { app: '$.app', plan: '$.plan' } },
  },
  [TOKENS_METER]: {
    ...{ description: 'Tokens', eventType: 'bench.request', aggregation: 'sum', valuePath: '$.tokens', unit: 'token' },
    dimensions: { app: '$.app', model: '$.model' },
  },
};

/** Puts an account on the 40 prices, with a discount and a license that runs out before three weeks are over. */
export async function priceSpend(operator: Operator, accountId: string, formations: number, from: Date): Promise<void> {
  const under = `/api/v1/accounts/${accountId}`;
  await operator.request('PUT', `${under}/rate-card`, { key: 'bench', discountPercent: '5' });
  // Unit-months: 24 days of usage use up three quarters of a month's units after 18.
  await operator.request('PUT', `${under}/licenses/dyno-units`, {
    product: 'Dyno units',
    quantity: String(Math.ceil(formations * 2 * 0.6)),
    unit: 'dyno-units',
    measure: 'unit_months',
    weights: Object.fromEntries(Array.from({ length: SIZES }, (_, i) => [`size-${i}`, '1'])),
    from: from.toISOString(),
    to: new Date(from.getTime() + 365 * 86_400_000).toISOString(),
  });
}

/** The rate card of `priceSpend`. */
export async function publishPrices(operator: Operator, from: Date): Promise<void> {
  const version = { effectiveFrom: from.toISOString(), currency: 'USD', prices: spendPrices() };
  await operator.request('POST', '/api/v1/rate-cards/bench/versions', version);
}

/** The 40 prices. */
export function spendPrices(): Price[] {
  const perTime = (amount: number, match: Record<string, string>, key: string, meter: string, lineBy: string[]) => ({
    ...{ key, meter, match, description: key, model: 'per_time', amount: `${amount}.00`, perSeconds: '2592000' },
    ...{ maximum: { amount: `${amount}.00`, scope: 'slot' }, lineBy },
  });
  const sizes = Array.from({ length: SIZES }, (_, i) =>
    perTime(7 + 25 * i, { size: `size-${i}` }, `size-${i}`, DYNO_METER, ['app', 'process']),
  );
  const plans = Array.from({ length: PLANS }, (_, i) =>
    perTime(5 + 15 * i, { plan: `plan-${i}` }, `plan-${i}`, ADDON_METER, ['app']),
  );
  const tiers = [
    { upTo: '1000000', unitAmount: '0.000015' },
    { upTo: '100000000', unitAmount: '0.00001' },
    { upTo: null, unitAmount: '0.0000075' },
  ];
  const models = Array.from({ length: MODELS }, (_, i) => ({
    ...{ key: `model-${i}`, meter: TOKENS_METER, match: { model: `model-${i}` }, description: `model-${i}` },
    ...{ model: 'graduated', tiers },
  }));
  return [...sizes, ...plans, ...models] as Price[];
}
