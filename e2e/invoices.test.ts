import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../server/domain/text/canonical-json.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from './support/events/event-door.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const CARD = 'invoice-test';
const PRICES = [
  {
    key: 'dyno.standard-1x',
    meter: 'dyno',
    match: { size: 'standard-1x' },
    description: 'Standard-1X dynos',
    model: 'per_time',
    amount: '25.00',
    perSeconds: '2592000',
    maximum: { amount: '25.00', scope: 'slot' },
    lineBy: ['app', 'process'],
  },
  {
    key: 'tokens',
    meter: 'tokens',
    description: 'Tokens',
    model: 'graduated',
    tiers: [
      { upTo: '1000', unitAmount: '0.01' },
      { upTo: null, unitAmount: '0.005' },
    ],
  },
  ...['left', 'right'].map((app) => ({
    key: `mail.${app}`,
    meter: 'mails',
    match: { app },
    description: 'Mails',
    model: 'per_unit',
    unitAmount: '0.10',
  })),
];

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  const dimensions = { app: '$.app', process: '$.process', size: '$.size' };
  await operator.defineMeter('dyno', {
    description: 'Dynos',
    eventType: 'formation',
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions,
    unit: 'dyno-seconds',
  });
  await operator.defineMeter('tokens', {
    description: 'Tokens',
    eventType: 'inference',
    aggregation: 'sum',
    valuePath: '$.tokens',
    dimensions: { app: '$.app' },
    unit: 'tokens',
  });
  await operator.defineMeter('mails', {
    description: 'Mails',
    eventType: 'mail',
    aggregation: 'sum',
    valuePath: '$.count',
    dimensions: { app: '$.app' },
    unit: 'mails',
  });
  await operator.defineMeter('builds', {
    description: 'Builds',
    eventType: 'build',
    aggregation: 'count',
    dimensions: {},
    unit: 'builds',
  });
  await operator.request('POST', `/api/v1/rate-cards/${CARD}/versions`, {
    effectiveFrom: '2025-01-01T00:00:00Z',
    currency: 'USD',
    prices: PRICES,
  });
});
afterAll(() => server?.stop());

interface Line {
  chargeId: string;
  priceKey: string;
  lineValues: Record<string, string>;
  quantity: string;
  amountExact: string;
  amount: string;
  corrects?: { number: string; chargeId: string };
}
interface Invoice {
  id: string;
  number: string | null;
  state: string;
  lines: Line[];
  unpriced: { meter: string; quantity: string }[];
  subtotal: string;
  credits: string;
  total: string;
  projection?: { low: string; expected: string; high: string };
  contentSha256?: string;
}

/** Midnight UTC on a day of the month so many months ago. */
function day(monthsAgo: number, date: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, date));
}
const keyOf = (monthsAgo: number) => day(monthsAgo, 1).toISOString().slice(0, 7);

const formation = (at: Date, quantity: number): CloudEvent =>
  cloudEvent({
    type: 'formation',
    subject: 'shop/web',
    time: at.toISOString(),
    data: { app: 'shop', process: 'web', size: 'standard-1x', quantity },
  });
const inference = (at: Date, tokens: number): CloudEvent =>
  cloudEvent({ type: 'inference', subject: 'shop', time: at.toISOString(), data: { app: 'shop', tokens } });

async function customer() {
  const account = await operator.createAccount();
  await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: CARD });
  const key = await operator.createKey(account);
  const send = async (...events: CloudEvent[]) => {
    await metered(account, lastReceived(await receiptsOf(server.url, key, events)));
  };
  return { account, send };
}

const invoice = async (account: TestAccount, id: string) =>
  (await operator.request('GET', `/api/v1/accounts/${account.id}/invoices/${id}`)) as Invoice;
const finalize = async (account: TestAccount, id: string) =>
  (await operator.request('POST', `/api/v1/accounts/${account.id}/invoices/${id}/finalize`)) as Invoice;

async function metered(account: TestAccount, through: string): Promise<void> {
  for (;;) {
    const { meteredThrough } = (await invoice(account, 'current')) as Invoice & { meteredThrough: string };
    if (meteredThrough >= through) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an invoice', () => {
  it('is projected, drafted and final with the same numbers, and stays as it was issued', async () => {
    const { account, send } = await customer();
    await send(
      formation(day(2, 1), 1),
      inference(day(2, 3), 1500),
      formation(day(1, 1), 0),
      cloudEvent({ type: 'build', time: day(2, 4).toISOString() }),
    );
    const draft = await invoice(account, keyOf(2));
    const hours = (day(1, 1).getTime() - day(2, 1).getTime()) / 3_600_000;
    expect(draft).toMatchObject({ state: 'draft', number: null, unpriced: [{ meter: 'builds', quantity: '1' }] });
    expect(draft.lines.map(({ priceKey, quantity, amount }) => [priceKey, quantity, amount])).toEqual([
      ['dyno.standard-1x', String(hours * 3600), hours >= 720 ? '25.00' : ((hours * 25) / 720).toFixed(2)],
      ['tokens', '1500', '12.50'],
    ]);
    const final = await finalize(account, keyOf(2));
    expect(final).toMatchObject({ state: 'final', number: `${account.id.toUpperCase()}-0001`, total: draft.total });
    expect(await finalize(account, keyOf(2))).toEqual(final);
    expect(await invoice(account, final.id)).toEqual(final);
    expect(await invoice(account, keyOf(2))).toEqual(final);
    const { id, finalizedAt, contentSha256, ...content } = final as Invoice & { finalizedAt: string };
    expect([id, finalizedAt].every(Boolean)).toBe(true);
    expect(contentSha256).toBe(createHash('sha256').update(canonicalJson(content)).digest('hex'));
  });

  it('is projected also when events were sent ahead of the watermark', async () => {
    const ahead = new Date(Date.now() + 20 * 60_000);
    const isNextMonth = ahead.getUTCMonth() !== new Date().getUTCMonth();
    // Where it is well inside a month.
    const account = await operator.createAccount({ timeZone: isNextMonth ? 'Pacific/Kiritimati' : 'UTC' });
    const fee = {
      key: 'fee',
      meter: 'mails',
      description: 'Fees',
      model: 'percentage',
      percent: '1',
      fixedAmount: '0.3',
    };
    await operator.request('POST', '/api/v1/rate-cards/ahead/versions', {
      ...{ effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD' },
      prices: [fee, { key: 'tokens', meter: 'tokens', description: 'Tokens', model: 'per_unit', unitAmount: '0.01' }],
    });
    await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: 'ahead' });
    const key = await operator.createKey(account);
    const mails = (at: Date) => cloudEvent({ type: 'mail', time: at.toISOString(), data: { app: 'left', count: 100 } });
    const sent = [mails(ahead), mails(new Date()), inference(ahead, 200), inference(new Date(), 100)];
    await metered(account, lastReceived(await receiptsOf(server.url, key, sent)));
    const { lines, projection, subtotal } = await invoice(account, 'current');
    expect(lines.map(({ priceKey, amount }) => [priceKey, amount])).toEqual([
      ['fee', '2.60'],
      ['tokens', '3.00'],
    ]);
    expect(Number(projection?.expected)).toBeGreaterThanOrEqual(Number(subtotal));
  });

  it('once final is changed by nothing: late events become corrections on the next one, once', async () => {
    const { account, send } = await customer();
    await send(inference(day(3, 10), 1000));
    const first = await finalize(account, keyOf(3));
    expect(first.total).toBe('10.00');
    await send(inference(day(3, 11), 500), inference(day(2, 1), 100));
    expect(await invoice(account, keyOf(3))).toEqual(first);
    const second = await finalize(account, keyOf(2));
    const correction = second.lines.find(({ corrects }) => corrects !== undefined);
    expect(correction).toMatchObject({
      quantity: '500',
      amount: '2.50',
      amountExact: '2.5',
      corrects: { number: first.number, chargeId: first.lines[0]?.chargeId },
    });
    expect(second.total).toBe('3.50');
    await send(inference(day(1, 1), 100));
    const third = await finalize(account, keyOf(1));
    expect(third.lines.filter(({ corrects }) => corrects !== undefined)).toEqual([]);
  });

  it('can be void and issued again, with the next number and its credits', async () => {
    const { account, send } = await customer();
    await operator.request('POST', `/api/v1/accounts/${account.id}/credits`, { amount: '4.00', reason: 'Sorry' });
    await send(inference(day(2, 10), 1000));
    const first = await finalize(account, keyOf(2));
    expect(first).toMatchObject({ subtotal: '10.00', credits: '4.00', total: '6.00' });
    await operator.request('POST', `/api/v1/accounts/${account.id}/invoices/${first.id}/void`, {
      reason: 'Wrong payer',
    });
    expect(await invoice(account, first.id)).toMatchObject({ state: 'void', number: first.number });
    const again = await finalize(account, keyOf(2));
    expect(again).toMatchObject({ number: `${account.id.toUpperCase()}-0002`, credits: '4.00', total: '6.00' });
  });

  it('cannot be void as long as another one corrects it: what is charged there would be charged again', async () => {
    const { account, send } = await customer();
    await send(inference(day(3, 10), 1000));
    const first = await finalize(account, keyOf(3));
    await send(inference(day(3, 11), 500), inference(day(2, 1), 100));
    const second = await finalize(account, keyOf(2));
    const takeBack = (id: string) =>
      operator.request('POST', `/api/v1/accounts/${account.id}/invoices/${id}/void`, { reason: 'Again' });
    await expect(takeBack(first.id)).rejects.toThrow(second.number ?? '');
    await takeBack(second.id);
    await takeBack(first.id);
    expect(await finalize(account, keyOf(3))).toMatchObject({ total: '12.50' });
    // The re-issued one holds the late event itself; nothing is left to correct.
    expect((await finalize(account, keyOf(2))).total).toBe('1.00');
  });

  it('spends no number on nothing, and without a rate card there is none', async () => {
    const { account } = await customer();
    await expect(finalize(account, keyOf(2))).rejects.toThrow('nothing to charge');
    const without = await operator.createAccount();
    await expect(invoice(without, 'current')).rejects.toThrow('answered 404');
    const list = await operator.request('GET', `/api/v1/accounts/${without.id}/invoices`);
    expect(list).toEqual({ data: [], nextCursor: null });
  });

  it('covers by two licenses that ran out at different minutes, each to the event', async () => {
    const { account, send } = await customer();
    for (const app of ['left', 'right']) {
      await operator.request('PUT', `/api/v1/accounts/${account.id}/licenses/${app}`, {
        product: app,
        quantity: '100',
        unit: 'mails',
        measure: 'sum',
        weights: { [`mail.${app}`]: '1' },
        from: day(2, 1).toISOString(),
        to: day(1, 1).toISOString(),
      });
    }
    const mail = (app: string, minute: number, count: number) =>
      cloudEvent({
        type: 'mail',
        subject: app,
        time: new Date(day(2, 10).getTime() + minute * 60_000 + 1_000).toISOString(),
        data: { app, count },
      });
    await send(
      mail('left', 1, 80),
      mail('left', 2, 30),
      mail('left', 2, 1),
      mail('right', 7, 90),
      mail('right', 9, 25),
    );
    const { lines } = await invoice(account, keyOf(2));
    expect(lines.map(({ priceKey, quantity, amount }) => [priceKey, quantity, amount])).toEqual([
      ['mail.left', '111', '1.10'],
      ['mail.right', '115', '1.50'],
    ]);
  });

  it('of the open period says where it is heading', async () => {
    const { account, send } = await customer();
    await send(formation(day(1, 1), 1));
    const current = await invoice(account, 'current');
    const { low, expected, high } = current.projection ?? { low: '', expected: '', high: '' };
    const days = (day(-1, 1).getTime() - day(0, 1).getTime()) / 86_400_000;
    expect(current.state).toBe('projected');
    expect(expected).toBe(days >= 30 ? '25.00' : ((days * 25) / 30).toFixed(2));
    expect([Number(low) <= Number(expected), Number(expected) <= Number(high)]).toEqual([true, true]);
    await expect(finalize(account, 'current')).rejects.toThrow('answered 409');
    await expect(finalize(account, keyOf(0))).rejects.toThrow('answered 409');
  });

  it('is not there for another account, and an unknown one is not found', async () => {
    const { account, send } = await customer();
    await send(inference(day(2, 10), 1000));
    const { id } = await finalize(account, keyOf(2));
    const other = await operator.createAccount();
    await expect(invoice(other, id)).rejects.toThrow('answered 404');
    await expect(invoice(account, '2026-13')).rejects.toThrow('answered 404');
    await expect(invoice(account, 'inv_nothing')).rejects.toThrow('answered 404');
    const readKey = await operator.createKey(other, 'read');
    const answer = await fetch(`${server.url}/api/v1/accounts/${account.id}/invoices/${id}`, {
      headers: { authorization: `Bearer ${readKey}` },
    });
    expect(answer.status).toBe(404);
  });

  it('is not touched by a later price: a version that would begin in it is refused', async () => {
    const { account, send } = await customer();
    await send(inference(day(2, 10), 1000));
    await finalize(account, keyOf(2));
    const version = { effectiveFrom: day(2, 15).toISOString(), currency: 'USD', prices: PRICES };
    await expect(operator.request('POST', `/api/v1/rate-cards/${CARD}/versions`, version)).rejects.toThrow(
      'answered 409',
    );
  });
});
