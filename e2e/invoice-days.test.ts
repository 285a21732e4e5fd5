import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import type { InvoiceDays } from '../server/billing/invoices/invoice-days.ts';
import { parseAmount } from '../server/domain/money.ts';
import { cloudEvent } from './support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from './support/events/event-door.ts';
import { pricedMonth } from './support/invoices/priced-month.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
let account: TestAccount;

beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  const priced = await pricedMonth(operator, server.url, new Date());
  account = priced.account;
  await metered(account, priced.receivedAt);
});
afterAll(() => server?.stop());

const pathOf = ({ id }: TestAccount, invoiceId: string) => `/api/v1/accounts/${id}/invoices/${invoiceId}`;
const invoice = async (of: TestAccount, id: string) =>
  (await operator.request('GET', pathOf(of, id))) as InvoiceView & { meteredThrough: string };
const daysOf = async (of: TestAccount, id: string) =>
  (await operator.request('GET', `${pathOf(of, id)}/days`)) as InvoiceDays;
const sum = (amounts: readonly (string | null)[]) =>
  amounts.reduce((total, amount) => total + parseAmount(amount ?? '0'), 0n);

async function metered(of: TestAccount, through: string): Promise<void> {
  while ((await invoice(of, 'current')).meteredThrough < through) await new Promise((done) => setTimeout(done, 50));
}

/** Days and the invoice as of the same watermark. */
async function together(of: TestAccount, id: string): Promise<{ days: InvoiceDays; view: InvoiceView }> {
  for (;;) {
    const [days, view] = await Promise.all([daysOf(of, id), invoice(of, id)]);
    if (days.meteredThrough === view.meteredThrough) return { days, view };
  }
}

/** The parts are the whole: of every line, of every day and of all of them. */
function expectToAddUp({ days, view }: { days: InvoiceDays; view: InvoiceView }): void {
  expect(days.lines.map(({ chargeId, amountExact }) => [chargeId, amountExact])).toEqual(
    view.lines.map(({ chargeId, amountExact }) => [chargeId, amountExact]),
  );
  for (const { amounts, base, amountExact } of days.lines) {
    expect(amounts).toHaveLength(days.days.length);
    expect(sum([base, ...amounts])).toBe(parseAmount(amountExact));
  }
  days.days.forEach(({ amount, state }, i) => {
    const ofDay = days.lines.map(({ amounts }) => amounts[i] ?? null);
    if (state === 'future') expect([amount, ...ofDay].every((each) => each === null)).toBe(true);
    else expect(parseAmount(amount ?? '')).toBe(sum(ofDay));
  });
  expect(sum([days.base, ...days.days.map(({ amount }) => amount)])).toBe(
    sum(view.lines.map(({ amountExact }) => amountExact)),
  );
}

describe('the days of the open invoice', () => {
  it('add up to its lines, whatever they are charged by, and what has not come is not zero', async () => {
    const both = await together(account, 'current');
    expectToAddUp(both);
    const { days, lines } = both.days;
    const today = new Date().toISOString().slice(0, 10);
    expect(days.filter(({ state }) => state === 'running').map(({ day }) => day)).toEqual([today]);
    expect(
      days.filter(({ state }) => state === 'future').every(({ day, amount }) => day > today && amount === null),
    ).toBe(true);
    // Due without usage: it belongs to no day.
    expect(lines.find(({ priceKey }) => priceKey === 'plan')).toMatchObject({ base: '3.9375', amountExact: '3.9375' });
  });

  it('are described in the API', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as { paths: object };
    expect(document.paths).toHaveProperty(['/api/v1/accounts/{accountId}/invoices/{invoiceId}/days', 'get']);
  });
});

describe('the days of a month that is over', () => {
  const now = new Date();
  const day = (n: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, n));
  const key = day(1).toISOString().slice(0, 7);
  const mail = (at: Date, count: number) =>
    cloudEvent({ type: 'mail.sent', subject: 'shop', time: at.toISOString(), data: { app: 'shop', count } });
  let send: (...events: ReturnType<typeof mail>[]) => Promise<void>;

  beforeAll(async () => {
    const ingestKey = await operator.createKey(account);
    send = async (...events) => metered(account, lastReceived(await receiptsOf(server.url, ingestKey, events)));
    await send(mail(day(3), 900), mail(day(9), 250), mail(day(20), 75));
  });

  it('are told of the draft, and of the final invoice as it was issued', async () => {
    const draft = await together(account, key);
    expectToAddUp(draft);
    const [shop] = draft.days.lines.filter(({ priceKey }) => priceKey === 'mails');
    // A license of 1,000 is used up on the 9th; 12.5 % discount on 0.0111 each.
    expect(shop?.amounts.flatMap((amount, i) => (amount === '0' ? [] : [[i + 1, amount]]))).toEqual([
      [9, '1.456875'],
      [20, '0.7284375'],
    ]);
    const final = (await operator.request('POST', `${pathOf(account, key)}/finalize`)) as InvoiceView;
    const days = await daysOf(account, final.id);
    expect(days).toMatchObject({ invoiceId: final.id, state: 'final', meteredThrough: final.meteredThrough });
    expectToAddUp({ days, view: final });
    expect(days.lines.map(({ amounts }) => amounts)).toEqual(draft.days.lines.map(({ amounts }) => amounts));
  });

  it('stay as they were issued, whatever came late; what that changes stands on the next invoice', async () => {
    const final = await invoice(account, key);
    const issued = await daysOf(account, final.id);
    await send(mail(day(5), 10));
    expect(await daysOf(account, key)).toEqual(issued);
    expectToAddUp({ days: await daysOf(account, final.id), view: final });
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
    const corrections = (await together(account, next)).days.lines.filter(({ corrects }) => corrects !== undefined);
    expect(corrections.map(({ corrects, amountExact }) => [corrects?.number, amountExact])).toEqual([
      // Ten mails more, in front of those the license still covered: ten of the 9th are charged.
      [final.number, '0.097125'],
    ]);
  });
});

describe('the days of an invoice', () => {
  it('are not there for another account, without a rate card, or of an invoice that is not', async () => {
    const other = await operator.createAccount();
    await expect(daysOf(other, 'current')).rejects.toThrow('answered 404');
    await expect(daysOf(account, 'inv_nothing')).rejects.toThrow('answered 404');
    await expect(daysOf(account, '2026-13')).rejects.toThrow('answered 404');
    const readKey = await operator.createKey(other, 'read');
    const answer = await fetch(`${server.url}${pathOf(account, 'current')}/days`, {
      headers: { authorization: `Bearer ${readKey}` },
    });
    expect(answer.status).toBe(404);
  });
});
