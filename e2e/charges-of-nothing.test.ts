import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceView } from '../server/billing/invoice.types.ts';
import type { InvoiceDays } from '../server/billing/invoices/invoice-days.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import { cloudEvent } from './support/events/cloud-event.ts';
import { eventKey, faultsOf } from './support/explanations/charge-faults.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { pastMonth } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

const AGGREGATIONS = ['sum', 'count', 'max', 'latest', 'unique'] as const;
type Aggregation = (typeof AGGREGATIONS)[number];
const meterOf = (aggregation: Aggregation) => `nothing-${aggregation}`;

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  for (const aggregation of AGGREGATIONS) {
    await operator.defineMeter(meterOf(aggregation), {
      ...{ description: aggregation, eventType: 'nothing.told', aggregation, unit: 'units' },
      ...(aggregation === 'count' ? {} : { valuePath: '$.n' }),
      dimensions: { app: '$.app' },
    });
  }
});
afterAll(() => server?.stop());

const get = (path: string) => operator.request('GET', path);
type Told = readonly [resource: string, hours: number, n: number];

const FLAT = { model: 'flat', amount: '3' };
const LEAST = { model: 'per_unit', unitAmount: '1', minimum: '5' };

describe('a charge opens whose usage comes to nothing', () => {
  it.each<[string, object, Told[], Partial<Record<Aggregation, string>>]>([
    ['a flat amount on nothing', FLAT, [['a', 30, 0]], { sum: '3', max: '3', latest: '3', unique: '3', count: '3' }],
    ['a minimum on nothing', LEAST, [['a', 30, 0]], { sum: '5', max: '5', latest: '5', unique: '5', count: '5' }],
    ['a minimum on less than nothing', LEAST, [['a', 30, -2]], { sum: '5', max: '5', latest: '5' }],
    [
      'a flat amount on nothing, twice, on two days',
      FLAT,
      [
        ['a', 30, 0],
        ['b', 80, 0],
      ],
      { max: '3', latest: '3', sum: '3' },
    ],
    [
      'a flat amount due with nothing, days before there is something',
      FLAT,
      [
        ['a', 30, 0],
        ['b', 80, 4],
      ],
      { max: '3', latest: '3', sum: '3', unique: '3' },
    ],
    [
      'a minimum due with nothing, and passed in the same hour',
      LEAST,
      [
        ['a', 30.1, 0],
        ['b', 30.2, 7],
      ],
      { max: '7', latest: '7', sum: '7' },
    ],
    [
      'a minimum on what fell to nothing',
      LEAST,
      [
        ['a', 30, 9],
        ['a', 80, -9],
        ['a', 120, 0],
      ],
      { max: '9', latest: '5', sum: '5' },
    ],
    ['what is due without any usage', { ...FLAT, flatAtZero: true }, [], { max: '3', latest: '3', sum: '3' }],
    [
      'a minimum due without any usage',
      { ...LEAST, flatAtZero: true },
      [],
      { max: '5', latest: '5', sum: '5', unique: '5' },
    ],
    [
      'a flat amount with an allowance',
      { ...FLAT, included: '9' },
      [['a', 30, 0]],
      { max: '3', latest: '3', sum: '3' },
    ],
  ])('%s', async (_, terms, told, expected) => {
    const faultsWith = async (aggregation: Aggregation, amount: string, lineBy: readonly string[]) => {
      const price = { key: 'work', meter: meterOf(aggregation), description: 'Work', ...terms };
      const { account, at, send, period } = await pastMonth(operator, server.url, [
        { hours: -1_000, prices: [lineBy.length === 0 ? price : { ...price, lineBy }] },
      ]);
      const events = told.map(([resource, hours, n]) =>
        cloudEvent({ type: 'nothing.told', subject: resource, time: at(hours), data: { app: 'one', n } }),
      );
      await send(events);
      // Without usage nothing is due for months before the account was there.
      const invoice = told.length === 0 ? 'current' : period;
      const all = ((await get(`/api/v1/accounts/${account.id}/invoices/${invoice}`)) as InvoiceView).lines;
      if (all.length !== 1 || all[0]?.amountExact !== amount) return [`charges ${JSON.stringify(all)}`];
      const charge = all[0] as InvoiceLine;
      const reading = { get, accountId: account.id, resources: 1, rows: 1, events: () => events.map(eventKey) };
      const faults = await faultsOf(charge, reading);
      const days = (await get(`/api/v1/accounts/${account.id}/invoices/${invoice}/days`)) as InvoiceDays;
      const { base = '', amounts = [] } = days.lines[0] ?? {};
      const whole = exactSum([base, ...amounts.map((each) => each ?? '0')]);
      if (whole !== exact(amount)) faults.push(`days come to ${whole}`);
      // Each event's amount stands on its own day.
      const { rows } = await new OpenedCharge(get, account.id, charge.chargeId).events(200);
      for (const [i, { day, from, to }] of days.days.entries()) {
        const own = rows.filter(({ eventTime }) => eventTime >= from && eventTime < to);
        const sum = exactSum(own.map(({ amountExact }) => amountExact));
        if (sum !== exact(amounts[i] ?? '0')) faults.push(`events of ${day} come to ${sum}`);
      }
      return faults;
    };
    const cases = Object.entries(expected) as [Aggregation, string][];
    // Without usage there is no line of an app.
    const lines = told.length === 0 ? [[]] : [[], ['app']];
    const faults = await Promise.all(
      cases.flatMap(([aggregation, amount]) =>
        lines.map(async (lineBy) => {
          const found = await faultsWith(aggregation, amount, lineBy);
          return found.map((fault) => `${aggregation} by ${lineBy}: ${fault}`);
        }),
      ),
    );
    expect(faults.flat()).toEqual([]);
  });
});
