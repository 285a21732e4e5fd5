import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import type { InvoiceDays } from '../server/billing/invoices/invoice-days.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { type PastMonth, pastMonth } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const AGGREGATIONS = ['sum', 'max', 'latest', 'unique'] as const;
type Aggregation = (typeof AGGREGATIONS)[number];

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  for (const aggregation of AGGREGATIONS) {
    await operator.defineMeter(`calc-${aggregation}`, {
      ...{ description: aggregation, eventType: `calc.${aggregation}`, aggregation, valuePath: '$.v' },
      ...{ dimensions: { app: '$.app', team: '$.team' }, unit: 'units' },
    });
  }
});
afterAll(() => server?.stop());

type Terms = Record<string, unknown>;
type Told = [day: number, value: number | string, app?: string];

function eventsOf(aggregation: Aggregation, told: readonly Told[], time: (day: number) => string): CloudEvent[] {
  return told.map(([day, v, app = 'web']) =>
    cloudEvent({ type: `calc.${aggregation}`, subject: app, time: time(day), data: { v, app, team: `of-${app}` } }),
  );
}

interface Read {
  quantity: string;
  amount: string;
  amountExact: string;
}

/** The one line of an invoice, which its days, its explanation and the check of that come to as well. */
async function readEverywhere(account: string, invoice: string): Promise<Read | null> {
  const get = (path: string) => operator.request('GET', `/api/v1/accounts/${account}/${path}`);
  const view = (await get(`invoices/${invoice}`)) as InvoiceView;
  const [line] = view.lines;
  const days = (await get(`invoices/${invoice}/days`)) as InvoiceDays;
  expect(days.lines).toHaveLength(view.lines.length);
  if (line === undefined) return null;
  const [ofDays] = days.lines;
  const sumOfDays = exactSum([ofDays?.base ?? '', ...(ofDays?.amounts ?? []).map((amount) => amount ?? '0')]);
  expect(sumOfDays).toBe(exact(line.amountExact));
  const explanation = (await get(`charges/${line.chargeId}/explanation`)) as {
    charge: Read;
    base: string;
    resources: { amountExact: string }[];
    checks: { sumOfParts: string; difference: string };
  };
  expect(explanation.charge).toMatchObject({ quantity: line.quantity, amount: line.amount });
  expect(explanation.checks.difference).toBe('0');
  expect(exactSum([explanation.base, ...explanation.resources.map(({ amountExact }) => amountExact)])).toBe(
    exact(line.amountExact),
  );
  const check = (await get(`charges/${line.chargeId}/explanation/check`)) as { difference: string };
  expect(check.difference).toBe('0');
  const { quantity, amount, amountExact } = line;
  return { quantity, amount, amountExact };
}

const PRICE: Terms = { model: 'per_unit', unitAmount: '1' };
const since = (...versions: [day: number, terms: Terms][]) => versions;

async function month(aggregation: Aggregation, versions: [number, Terms][]): Promise<PastMonth> {
  const prices = (terms: Terms) => [{ key: 'calc', meter: `calc-${aggregation}`, description: 'Calc', ...terms }];
  return pastMonth(
    operator,
    server.url,
    versions.map(([day, terms]) => ({ hours: (day - 1) * 24, prices: prices(terms) })),
  );
}

describe('one calculation for invoice, days, explanation and projection', () => {
  const tiers = [
    { upTo: '10', unitAmount: '1' },
    { upTo: null, unitAmount: '0.5' },
  ];
  it.each<[string, Aggregation, Terms, Told[], string]>([
    [
      'taken back before it was used, within what is included',
      'sum',
      { ...PRICE, included: '10' },
      [
        [2, -5],
        [3, 8],
      ],
      '0.00',
    ],
    [
      'and after',
      'sum',
      { ...PRICE, included: '10' },
      [
        [2, 8],
        [3, -5],
      ],
      '0.00',
    ],
    [
      'and within an hour',
      'sum',
      { ...PRICE, included: '10' },
      [
        [2, 20],
        [2.01, -15],
        [2.02, 7],
      ],
      '2.00',
    ],
    [
      'out of tiers',
      'sum',
      { model: 'graduated', tiers },
      [
        [2, 14],
        [3, -6],
        [3.01, 1],
      ],
      '9.00',
    ],
    [
      'all of it, with a minimum',
      'sum',
      { ...PRICE, minimum: '5' },
      [
        [2, 8],
        [3, -8],
      ],
      '5.00',
    ],
    ['a maximum of nothing, with a fee', 'max', { model: 'flat', amount: '3' }, [[2, 0]], '3.00'],
    [
      'a maximum of nothing, with a minimum',
      'max',
      { ...PRICE, minimum: '5' },
      [
        [2, 0],
        [3, 0],
      ],
      '5.00',
    ],
    [
      'a maximum below nothing',
      'max',
      PRICE,
      [
        [2, -5],
        [3, -2],
      ],
      '-2.00',
    ],
    ['with a minimum', 'max', { ...PRICE, minimum: '5' }, [[2, -2]], '5.00'],
    ['a latest value of nothing, with a fee', 'latest', { model: 'flat', amount: '3' }, [[2, 0]], '3.00'],
    [
      'a latest value that falls, with an allowance',
      'latest',
      { ...PRICE, included: '3' },
      [
        [2, 9],
        [3, 5],
      ],
      '2.00',
    ],
    [
      'different values',
      'unique',
      { ...PRICE, included: '1' },
      [
        [2, 'a'],
        [3, 'b'],
        [3.5, 'a'],
      ],
      '1.00',
    ],
  ])('%s', async (_, aggregation, terms, told, amount) => {
    const past = await month(aggregation, since([1, terms]));
    await past.send(eventsOf(aggregation, told, (day) => past.at((day - 1) * 24)));
    expect(await readEverywhere(past.account.id, past.period)).toMatchObject({ amount });
    // The same in the month that is open, as far as it has come.
    const now = Date.now();
    const begin = Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1);
    const thisMonth = (day: number) => new Date(begin + Math.floor(((now - begin) * (day - 1)) / 4)).toISOString();
    await past.send(eventsOf(aggregation, told, thisMonth));
    expect(await readEverywhere(past.account.id, 'current')).toMatchObject({ amount });
  });

  it.each<[string, Aggregation, [number, Terms][], Told[], string | null]>([
    [
      'a latest value is priced when it was last told',
      'latest',
      since([1, PRICE], [11, { ...PRICE, unitAmount: '2' }]),
      [
        [5, 10],
        [12, 4],
      ],
      '8.00',
    ],
    [
      'nothing is nothing at either price, and no line',
      'latest',
      since([1, PRICE], [11, { ...PRICE, unitAmount: '2' }]),
      [
        [5, 10],
        [12, 0],
      ],
      null,
    ],
    [
      'the same value told again',
      'latest',
      since([1, PRICE], [11, { ...PRICE, unitAmount: '2' }]),
      [
        [5, 10],
        [12, 10],
      ],
      '20.00',
    ],
    [
      'what is taken back is so at the price it was charged at',
      'sum',
      since([1, PRICE], [11, { ...PRICE, unitAmount: '2' }]),
      [
        [5, 10],
        [12, 5],
        [12.01, -7],
      ],
      '8.00',
    ],
    [
      'also what was taken back before it was used again',
      'sum',
      since([1, PRICE], [11, { ...PRICE, unitAmount: '2' }]),
      [
        [5, 10],
        [12, -7],
        [12.01, 7],
      ],
      '17.00',
    ],
    [
      'a maximum that was higher before its price began',
      'max',
      since([11, PRICE]),
      [
        [5, 10],
        [12, 7],
      ],
      '7.00',
    ],
    ['a latest value told before its price began', 'latest', since([11, PRICE]), [[5, 10]], null],
    [
      'values seen before their price began',
      'unique',
      since([11, PRICE]),
      [
        [5, 'a'],
        [12, 'a'],
        [13, 'b'],
      ],
      '2.00',
    ],
    ['due without usage only where the price says so', 'sum', since([1, { ...PRICE, minimum: '5' }]), [], null],
    ['not before the account was there', 'sum', since([1, { ...PRICE, minimum: '5', flatAtZero: true }]), [], null],
  ])('%s', async (_, aggregation, versions, told, amount) => {
    const past = await month(aggregation, versions);
    if (told.length > 0) await past.send(eventsOf(aggregation, told, (day) => past.at((day - 1) * 24)));
    const read = await readEverywhere(past.account.id, past.period);
    expect(read?.amount ?? null).toBe(amount);
  });

  it('and from then on where the price says so', async () => {
    const past = await month('sum', since([1, { ...PRICE, minimum: '5', flatAtZero: true }]));
    expect((await readEverywhere(past.account.id, 'current'))?.amount).toBe('5.00');
  });
});
