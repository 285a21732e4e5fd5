import { type CloudEvent, cloudEvent } from '../events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../events/event-door.ts';
import type { Operator, TestAccount } from '../people/operator.ts';

const CARD = 'priced-month';

/** Every way in which a charge comes about, in the open month, however young that is: usage lies in what of it is over. */
interface Month {
  from: Date;
  /** Microseconds do not matter here; a share of what is over. */
  at: (share: number) => Date;
  elapsedSeconds: number;
}

function openMonth(now: Date): Month {
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const elapsed = now.getTime() - from.getTime();
  return {
    from,
    at: (share) => new Date(from.getTime() + Math.floor(elapsed * share)),
    elapsedSeconds: Math.max(1, Math.floor(elapsed / 1000)),
  };
}

/**
 * An account with tokens of two models in graduated tiers, dynos of which some have reached their cap and some run, a
 * license that runs out, an allowance, a flat fee, a discount, a credit, tax, and usage without a price.
 * @returns the account, and the time its last event was received
 */
export async function pricedMonth(
  operator: Operator,
  url: string,
  now: Date,
): Promise<{ account: TestAccount; receivedAt: string }> {
  const month = openMonth(now);
  await defineMeters(operator);
  await operator.request('POST', `/api/v1/rate-cards/${CARD}/versions`, {
    effectiveFrom: '2025-01-01T00:00:00Z',
    currency: 'USD',
    prices: prices(month),
  });
  const account = await operator.createAccount({ name: 'Umbrella & Sons', taxPercent: '8.25' });
  const under = `/api/v1/accounts/${account.id}`;
  await operator.request('PUT', `${under}/rate-card`, { key: CARD, discountPercent: '12.5' });
  await operator.request('PUT', `${under}/licenses/mails`, {
    product: 'Mails a month',
    quantity: '1000',
    unit: 'mails',
    measure: 'sum',
    weights: { mails: '1' },
    from: '2025-01-01T00:00:00Z',
    to: '2035-01-01T00:00:00Z',
  });
  await operator.request('POST', `${under}/credits`, { amount: '7.77', reason: 'Welcome' });
  const key = await operator.createKey(account);
  return { account, receivedAt: lastReceived(await receiptsOf(url, key, events(month))) };
}

async function defineMeters(operator: Operator): Promise<void> {
  const counting = { aggregation: 'sum', valuePath: '$.count' };
  await operator.defineMeter('tokens', {
    ...counting,
    description: 'Tokens',
    eventType: 'inference',
    dimensions: { model: '$.model' },
    unit: 'tokens',
  });
  await operator.defineMeter('mails', {
    ...counting,
    description: 'Mails',
    eventType: 'mail.sent',
    dimensions: { app: '$.app' },
    unit: 'mails',
  });
  await operator.defineMeter('requests', {
    ...counting,
    description: 'Requests',
    eventType: 'request',
    dimensions: { app: '$.app' },
    unit: 'requests',
  });
  await operator.defineMeter('builds', {
    description: 'Builds',
    eventType: 'build',
    aggregation: 'count',
    dimensions: { app: '$.app' },
    unit: 'builds',
  });
  await operator.defineMeter('plan', {
    description: 'Plan',
    eventType: 'plan.used',
    aggregation: 'count',
    dimensions: {},
    unit: 'uses',
  });
  await operator.defineMeter('dyno', {
    description: 'Dynos',
    eventType: 'formation',
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions: { app: '$.app', size: '$.size' },
    unit: 'dyno-seconds',
  });
}

function prices({ elapsedSeconds }: Month): object[] {
  const tokens = ['large', 'small'].map((model) => ({
    key: `tokens.${model}`,
    meter: 'tokens',
    match: { model },
    description: `Tokens of ${model}`,
    model: 'graduated',
    tiers: [
      { upTo: '1000', unitAmount: '0.0031', flatAmount: '0.5' },
      { upTo: '20000', unitAmount: '0.00217' },
      { upTo: null, unitAmount: '0.0013' },
    ],
  }));
  const dyno = (size: string, amount: string, perSeconds: number) => ({
    key: `dyno.${size}`,
    meter: 'dyno',
    match: { size },
    description: `Dynos, ${size}`,
    model: 'per_time',
    amount,
    perSeconds: String(perSeconds),
    maximum: { amount, scope: 'slot' },
    lineBy: ['app'],
  });
  return [
    ...tokens,
    dyno('standard', '25.00', 2_592_000),
    // Whoever runs half of what is over of the month has reached the cap.
    dyno('short', '3.33', Math.ceil(elapsedSeconds / 2)),
    { key: 'mails', meter: 'mails', description: 'Mails', model: 'per_unit', unitAmount: '0.0111', lineBy: ['app'] },
    {
      key: 'requests',
      meter: 'requests',
      description: 'Requests',
      model: 'package',
      amount: '1.99',
      size: '300',
      included: '500',
      lineBy: ['app'],
    },
    { key: 'plan', meter: 'plan', description: 'Plan', model: 'flat', amount: '4.5', flatAtZero: true },
  ];
}

function events({ at }: Month): CloudEvent[] {
  const event = (type: string, share: number, data: Record<string, unknown>) =>
    cloudEvent({ type, subject: String(data.app ?? data.model), time: at(share).toISOString(), data });
  const runs = (app: string, size: string, share: number, quantity: number) =>
    event('formation', share, { app, size, quantity });
  return [
    ...[0.1, 0.3, 0.7].flatMap((share) => [
      event('inference', share, { model: 'large', count: 9_876 }),
      event('inference', share, { model: 'small', count: 123 }),
      event('mail.sent', share, { app: 'shop', count: 217 }),
      event('mail.sent', share, { app: 'blog', count: 301 }),
      event('request', share, { app: 'shop', count: 333 }),
      event('request', share, { app: 'blog', count: 77 }),
      event('build', share, { app: 'shop' }),
    ]),
    runs('shop', 'standard', 0.2, 2),
    runs('shop', 'standard', 0.6, 3),
    runs('blog', 'standard', 0.25, 1),
    runs('blog', 'standard', 0.75, 0),
    runs('jobs', 'short', 0, 1),
    runs('more-jobs', 'short', 0.9, 2),
  ];
}
