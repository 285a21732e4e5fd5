import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
});
afterAll(() => server?.stop());

const get = <Answer>(path: string) => operator.request('GET', path) as Promise<Answer>;
const PRICE = { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' };
/** Of so many in all: what the month holds does not depend on how long it is. */
const PREPAID = { product: 'Work', quantity: '100', unit: 'units', measure: 'max', weights: { work: '1' } };
const MIDDLE = 360;

const put = (month: PastMonth, more: object) =>
  operator.request('PUT', `/api/v1/accounts/${month.account.id}/licenses/prepaid`, {
    ...{ ...PREPAID, from: month.at(-24 * 90), to: month.at(24 * 400), ...more },
  }) as Promise<{ version: number; effectiveFrom: string | null }>;
const amounts = async (month: PastMonth) => (await month.lines()).map(({ amount }) => amount);
const invoice = ({ account }: PastMonth, id: string) =>
  get<InvoiceView>(`/api/v1/accounts/${account.id}/invoices/${id}`);
const next = ({ period }: PastMonth) => {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
};

describe('a license', () => {
  it('whose quantity changes in the middle of a month covers as much as there is then, and opens so', async () => {
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [PRICE] }]);
    expect(await put(month, {})).toMatchObject({ version: 1, effectiveFrom: null });
    const since = month.at(MIDDLE);
    expect(await put(month, { quantity: '150', effectiveFrom: since })).toMatchObject({
      version: 2,
      effectiveFrom: since,
    });
    // In one hour before and one after it runs out in the middle of many events: 20 beyond 100, then 10 beyond 150.
    const many = (count: number, hour: number) =>
      Array.from({ length: count }, (_, i) => work('web', month.at(hour + i / 200), 1));
    await month.send([...many(120, 10), ...many(60, MIDDLE)]);
    const [line] = await month.lines();
    expect(line).toMatchObject({ quantity: '180', amount: '30.00' });
    const opened = await new OpenedCharge(get, month.account.id, line?.chargeId ?? '').explained(200);
    expect(opened.checks.difference).toBe('0');
    expect(opened.marks.map(({ kind, at, text }) => [kind, at, text])).toEqual([
      ['license', month.at(10 + 100 / 200).replace('Z', '000Z'), 'Work ran out'],
      ['license', month.at(MIDDLE).replace('Z', '000Z'), 'Work went from 100 to 150 units'],
      ['license', month.at(MIDDLE + 50 / 200).replace('Z', '000Z'), 'Work ran out'],
    ]);
    expect(opened).toMatchObject({ versions: { licenses: { prepaid: 2 } } });
  });

  it('is not changed in a month that is over unless somebody says why; then a draft changes', async () => {
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [PRICE] }]);
    await month.send([work('web', month.at(10), 130)]);
    const over = new RegExp(` 409: .*Period ${month.period} .*of account ${month.account.id} has ended`);
    // A new one would cover what is charged already.
    await expect(put(month, {})).rejects.toThrow(over);
    await put(month, { amend: { reason: 'It was bought in time' } });
    expect(await amounts(month)).toEqual(['30.00']);
    // From now on, which is another period.
    const later = await put(month, { quantity: '10' });
    expect(Date.parse(later.effectiveFrom ?? '')).toBeGreaterThan(Date.parse(month.at(24 * 31)));
    expect(await amounts(month)).toEqual(['30.00']);
    await expect(put(month, { quantity: '120', effectiveFrom: month.at(0) })).rejects.toThrow(over);
    await put(month, { quantity: '120', effectiveFrom: month.at(0), amend: { reason: 'It was 120' } });
    expect(await amounts(month)).toEqual(['10.00']);
    const history = `/api/v1/accounts/${month.account.id}/licenses/prepaid/history`;
    expect(await get(history)).toMatchObject({
      data: [
        { version: 1, effectiveFrom: null, reason: 'It was bought in time', changedBy: expect.stringMatching(/^key:/) },
        { version: 2, effectiveFrom: later.effectiveFrom, value: { quantity: '10' } },
        { version: 3, effectiveFrom: month.at(0), value: { quantity: '120' }, reason: 'It was 120' },
      ],
    });
  });

  it('is shown in a month that is over with the number and the parts of teams that it had then', async () => {
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [PRICE] }]);
    const under = `/api/v1/accounts/${month.account.id}`;
    await operator.request('PUT', `${under}/teams/core`, { name: 'Core' });
    await put(month, {});
    const give = (body: object) => operator.request('PUT', `${under}/licenses/prepaid/allocations/core`, body);
    await give({ quantity: '17', effectiveFrom: month.at(MIDDLE) });
    await month.send([work('web', month.at(10), 7)]);
    await put(month, { quantity: '150' });
    await give({ quantity: '33' });
    const over = ` 409: .*Period ${month.period} .*has ended`;
    await expect(give({ quantity: '18', effectiveFrom: month.at(MIDDLE + 1) })).rejects.toThrow(new RegExp(over));
    const cookie = await cookieOf(server.url, await operator.createUser([month.account]));
    const page = async (period: string) => {
      const address = `${server.url}/accounts/${month.account.id}/licenses?period=${period}`;
      const text = (await (await fetch(address, { headers: { cookie } })).text()).replaceAll('<!-- -->', '');
      const table = /Allocated.*?<\/table>/s.exec(text)?.[0] ?? '';
      return {
        parts: ['17', '33'].filter((quantity) => table.includes(`>${quantity} units<`)),
        has: ['100', '150'].filter((quantity) => text.includes(`${quantity} units`)),
      };
    };
    expect(await page(month.period)).toEqual({ parts: ['17'], has: ['100'] });
    expect(await page(new Date().toISOString().slice(0, 7))).toEqual({ parts: ['33'], has: ['150'] });
  });

  it('that is amended after the month was issued makes a correction that says so', async () => {
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [PRICE] }]);
    await put(month, {});
    await month.send([work('web', month.at(10), 130), work('web', month.at(400), 40)]);
    const path = `/api/v1/accounts/${month.account.id}/invoices/${month.period}`;
    const issued = (await operator.request('POST', `${path}/finalize`)) as InvoiceView;
    expect(issued.lines.map(({ amount }) => amount)).toEqual(['70.00']);
    const corrections = async () =>
      (await invoice(month, next(month))).lines.filter(({ corrects }) => corrects !== undefined);
    // What holds from now on corrects nothing, and a late event is charged by what the month was issued with.
    await put(month, { quantity: '500' });
    expect(await corrections()).toEqual([]);
    await month.send([work('web', month.at(20), 3)]);
    expect((await corrections()).map(({ amountExact }) => amountExact)).toEqual(['3']);
    await put(month, { quantity: '120', effectiveFrom: month.at(MIDDLE), amend: { reason: 'It was 120 by then' } });
    expect(await corrections()).toMatchObject([
      { amountExact: '-17', corrects: { invoiceId: issued.id }, amended: 'It was 120 by then' },
    ]);
    expect((await invoice(month, issued.id)).lines).toEqual(issued.lines);
  });
});
