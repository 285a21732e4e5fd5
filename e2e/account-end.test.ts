import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { exact } from '../server/domain/testing/exact.ts';
import { cloudEvent } from './support/events/cloud-event.ts';
import { post, receiptsOf } from './support/events/event-door.ts';
import { defineSingleMeters, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
  const seats = {
    description: 'Seats',
    eventType: 'single.seats',
    aggregation: 'count',
    dimensions: {},
    unit: 'seats',
  };
  await operator.defineMeter('single-seats', seats);
});
afterAll(() => server?.stop());

interface Period {
  key: string;
  from: string;
  to: string;
  state: string;
}

it('an account ends with a final invoice, and what comes after it is corrected on one more', async () => {
  const prices = [
    { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '2' },
    { key: 'ran', meter: 'single-ran', description: 'Ran', model: 'per_time', amount: '1', perSeconds: '3600' },
    { key: 'plan', meter: 'single-seats', description: 'Plan', model: 'flat', amount: '7', flatAtZero: true },
  ];
  const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices }]);
  const of = `/api/v1/accounts/${month.account.id}`;
  const get = <Answer>(path: string) => operator.request('GET', `${of}${path}`) as Promise<Answer>;
  const periods = async () => (await get<{ data: Period[] }>('/periods')).data;
  const issue = (key: string) => operator.request('POST', `${of}/invoices/${key}/finalize`) as Promise<InvoiceView>;
  // It ends in the period that is open, as soon as may be.
  const end = new Date(Date.now() + 2_000);
  const before = (ms: number) => new Date(end.getTime() - ms).toISOString();
  const running = cloudEvent({ type: 'single.ran', subject: 'web', time: before(1), data: { app: 'web', n: 1 } });
  await month.send([work('web', month.at(3), 5), running]);
  await operator.request('POST', `${of}/end`, { at: end.toISOString() });
  while ((await periods()).at(-1)?.state === 'open') await sleep(100);
  const ended = await periods();
  expect(ended.at(-1)).toMatchObject({ state: 'draft' });
  expect(Date.parse(ended.at(-1)?.to ?? '')).toBe(end.getTime());

  const after = await post(server.url, month.key, [work('web', end.toISOString(), 1)], {});
  expect(after.status).toBe(400);
  expect(after.text).toContain('when the account ended');

  const last = ended.at(-1) as Period;
  // Refused until all of it is metered.
  while ((await get<InvoiceView>(`/invoices/${last.key}`)).meteredThrough < last.to) await sleep(100);
  const first = await issue(month.period);
  const issued = await issue(last.key);
  expect(issued.lines.map(({ priceKey }) => priceKey).sort()).toEqual(['plan', 'ran']);
  expect(exact(issued.total)).toBeGreaterThan(0n);

  // An event of a month that is final, and one of the last period: both come late, and cost 4 and 2.
  const late = [work('web', month.at(4), 2), work('web', before(2), 1)];
  const receipts = await receiptsOf(server.url, month.key, late);
  expect(receipts.receipts.map(({ status }) => status)).toEqual(['late', 'late']);
  expect(receipts.accepted).toBe(2);
  while ((await periods()).length === ended.length) await sleep(200);
  const all = await periods();
  const [past] = all.slice(-1) as [Period];
  expect(all.slice(0, -1).map(({ state }) => state)).not.toContain('open');
  expect([past.state, Date.parse(past.from)]).toEqual(['open', end.getTime()]);
  for (const [i, { to }] of all.entries()) if (i + 1 < all.length) expect(all[i + 1]?.from).toBe(to);

  // Each is told on one invoice: the oldest that is still to be issued, which for the last period is that one more.
  const current = await get<InvoiceView>('/invoices/current');
  const draft = await get<InvoiceView>(`/invoices/${ended.at(-2)?.key}`);
  for (const [view, amount, number] of [
    [current, '2.00', issued.number],
    [draft, '4.00', first.number],
  ] as const) {
    expect(view.lines.map(({ corrects, amount }) => [corrects?.number, amount])).toEqual([[number, amount]]);
    expect([view.unpriced, view.total]).toEqual([[], amount]);
  }
  expect(current.state).toBe('projected');
  // What ran at the end runs no longer.
  const query = `/api/v1/meters/single-ran/query?accountId=${month.account.id}&from=${end.toISOString()}&to=${past.to}&windowSize=DAY`;
  const usage = (await operator.request('GET', query)) as { data: { valueExact: string }[] };
  expect(usage.data.filter(({ valueExact }) => exact(valueExact) !== 0n)).toEqual([]);
});

it('an account ends before or after what comes at the same moment, never in between', async () => {
  const prices = [{ key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' }];
  for (let round = 0; round < 6; round++) {
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices }]);
    const now = Date.now();
    const end = new Date(now + 40).toISOString();
    const at = (ms: number) => new Date(now + ms).toISOString();
    const [sent, ...others] = [work('web', at(50), 100), work('web', at(5_000), 1_000)].map((event) =>
      post(server.url, month.key, [event], {}),
    );
    const ended = await operator
      .request('POST', `/api/v1/accounts/${month.account.id}/end`, { at: end })
      .then(() => true)
      .catch((error: Error) => {
        expect(error.message).toContain('409');
        return false;
      });
    const answers = await Promise.all([sent, ...others]);
    // Taken before the end, which is then refused; or refused, at last when it is sent again.
    const taken = answers.filter((answer) => answer?.status === 204).length;
    expect([ended, taken === 0]).toEqual([ended, ended]);
    for (const answer of answers) expect([204, 400, 503]).toContain(answer?.status);
    const again = await post(server.url, month.key, [work('web', at(50), 100)], {});
    expect(again.status).toBe(ended ? 400 : 204);
  }
});
