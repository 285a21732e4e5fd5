import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine } from '../server/billing/invoice.types.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { eventKey, faultsOf } from './support/explanations/charge-faults.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { sharedPages } from './support/explanations/shared-pages.ts';
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

const get = (path: string) => operator.request('GET', path);
const price = (more: object) => ({ key: 'work', meter: 'single-work', description: 'Work', ...more });
const month = (...versions: { hours: number; prices: object[] }[]) => pastMonth(operator, server.url, versions);
const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));

const TIERS = {
  model: 'graduated',
  tiers: [
    { upTo: '10', unitAmount: '1', flatAmount: '0.5' },
    { upTo: null, unitAmount: '0.1' },
  ],
};
const ONE = { model: 'per_unit', unitAmount: '1' };
type Used = readonly [resource: string, hours: number, n: number];

describe('charges that are hard to tell', () => {
  it.each<[string, { first: object; second?: object }, Used[], string]>([
    [
      'a flat fee that usage of nothing made due',
      { first: { model: 'flat', amount: '4.5' } },
      [
        ['a', 30, 0],
        ['b', 60, 5],
      ],
      '4.5',
    ],
    [
      'days of nothing before a tier',
      { first: TIERS },
      [
        ['a', 30, 0],
        ['b', 60, 5],
        ['a', 90, 7],
        ['b', 200, 8],
      ],
      '11.5',
    ],
    [
      'a return over a tier inside an hour',
      { first: TIERS },
      [
        ['a', 30, 20],
        ['b', 30.2, -15],
        ['a', 30.4, 3],
      ],
      '8.5',
    ],
    [
      'what two resources make up for in an hour',
      { first: ONE },
      [
        ['a', 30, 5],
        ['b', 30.5, -5],
        ['a', 31, 2],
      ],
      '2',
    ],
    [
      'a return into an allowance',
      { first: { ...ONE, included: '10' } },
      [
        ['a', 30, 10],
        ['b', 60, -10],
        ['b', 90, 10],
      ],
      '0',
    ],
    [
      'a return into an allowance over a new price',
      { first: { ...ONE, included: '4' }, second: { ...ONE, unitAmount: '2', included: '4' } },
      [
        ['a', 30, 5],
        ['a', 400, -3],
        ['b', 410, 10],
      ],
      // 12 units are left, 4 of them free; the one charged at the first price is taken back at it.
      '16',
    ],
    [
      'an hour with two prices',
      { first: ONE, second: { ...ONE, unitAmount: '2' } },
      [
        ['a', 300.4, 1],
        ['b', 300.6, 1],
        ['b', 300.5, 1],
        ['c', 301, 1],
      ],
      '7',
    ],
    [
      'a price that is for other usage from then on',
      { first: { ...ONE, match: { app: 'a' } }, second: { ...ONE, match: { app: 'b' } } },
      [
        ['a', 30, 1],
        ['b', 30, 1],
        ['a', 400, 1],
        ['b', 400, 1],
      ],
      '2',
    ],
    [
      'a minimum that the first event makes due',
      { first: { ...ONE, minimum: '3' } },
      [
        ['a', 30, 1],
        ['b', 31, 1],
        ['a', 32, 5],
      ],
      '7',
    ],
  ])('%s adds up', async (_, { first, second }, used, amountExact) => {
    const versions = [{ hours: -1_000, prices: [price(first)] }];
    if (second !== undefined) versions.push({ hours: 300.5, prices: [price(second)] });
    const { account, at, send, lines } = await month(...versions);
    const events = used.map(([resource, hours, n]) => work(resource, at(hours), n));
    await send(events);
    const [line] = (await lines()) as [InvoiceLine];
    expect(line.amountExact).toBe(amountExact);
    const counts = (event: CloudEvent) => {
      const { match } = ((event.time ?? '') < at(300.5) ? first : (second ?? first)) as { match?: { app: string } };
      return match === undefined || match.app === event.subject;
    };
    const expected = () => events.filter(counts).map(eventKey);
    const reading = { get, accountId: account.id, resources: 1, rows: 1, events: expected };
    expect(await faultsOf(line, reading)).toEqual([]);
  });
});

it('10,000 events of one instant page through, none twice, none missing, each with its own amount', async () => {
  const model = { model: 'package', amount: '1.99', size: '7' };
  const { account, at, send, lines } = await month({ hours: -1_000, prices: [price(model)] });
  const names = ['a', 'b', 'c', 'd'];
  const events = Array.from({ length: 10_000 }, (_, i) => work(names[i % 4] as string, at(100.123), (i % 5) + 1));
  await send(events);
  const [line] = (await lines()) as [InvoiceLine];
  const charge = new OpenedCharge(get, account.id, line.chargeId);
  const { rows, pages, wrongTotals } = await charge.events(200);
  expect([pages, wrongTotals]).toEqual([50, []]);
  expect(rows.map(eventKey).sort()).toEqual(events.map(eventKey).sort());
  expect(amounts(rows)).toBe(exact(line.amountExact));
  expect(rows.at(-1)?.runningQuantity).toBe(line.quantity);
  const { resources } = await charge.explained(200);
  for (const { resource, amountExact } of resources) {
    const own = await charge.events(200, { resource });
    const among = rows.filter((event) => event.resource === resource);
    expect(own.rows).toEqual(among);
    expect([resource, amounts(among)]).toEqual([resource, exact(amountExact)]);
  }
  expect(resources).toHaveLength(4);
});

it('60 slots of a month, each cut at its cap, page through by program, signed in and by link', async () => {
  const capped = { model: 'per_time', amount: '25.00', perSeconds: '2592000' };
  const ran = { key: 'ran', meter: 'single-ran', description: 'Running', ...capped };
  const prices = [{ ...ran, maximum: { amount: '24.00', scope: 'slot' } }];
  const { account, at, send, lines } = await month({ hours: -1_000, prices });
  const data = { app: 'shop', n: 60 };
  await send([cloudEvent({ type: 'single.ran', subject: 'shop/web', time: at(-5), data })]);
  const [line] = (await lines()) as [InvoiceLine];
  expect(line.amount).toBe('1440.00');
  const charge = new OpenedCharge(get, account.id, line.chargeId);
  for (const limit of [200, 50, 7]) {
    const { rows, wrongTotals } = await charge.intervals('shop/web', limit);
    expect([limit, rows.length, amounts(rows), wrongTotals]).toEqual([limit, 120, exact('1440'), []]);
  }
  const link = (await operator.request('POST', `/api/v1/accounts/${account.id}/explanation-links`, {
    ...{ chargeId: line.chargeId, expiresIn: '7d' },
  })) as { url: string };
  const cookie = await cookieOf(server.url, await operator.createUser([account]));
  const resource = encodeURIComponent('shop/web');
  // What cost most comes first; on each page the intervals beyond the cap, which cost nothing, are one row together.
  for (const [url, headers, sizes] of [
    [`${link.url}/resources/${resource}`, {}, [60 + 1, 1]],
    [
      `${server.url}/accounts/${account.id}/charges/${line.chargeId}/resources/${resource}`,
      { cookie },
      [50, 10 + 1, 1],
    ],
  ] as const) {
    const pages = await sharedPages(url, headers);
    expect(pages.map(({ rows }) => rows.length)).toEqual(sizes);
    expect(amounts(pages.flatMap(({ rows }) => rows))).toBe(exact('1440'));
    expect(exactSum(pages.map(({ pageTotal }) => pageTotal ?? ''))).toBe(exact('1440'));
  }
});

describe('what is not theirs', () => {
  let mine: PastMonth;
  let theirs: PastMonth;
  let myLine: InvoiceLine;
  let runs: InvoiceLine;
  let theirLine: InvoiceLine;
  let theirKey: string;
  beforeAll(async () => {
    const running = { model: 'per_time', amount: '1', perSeconds: '3600', lineBy: ['app'] };
    const prices = [price(ONE), price({ ...running, key: 'ran', meter: 'single-ran', description: 'Running' })];
    [mine, theirs] = [
      await month({ hours: -1_000, prices }),
      await month({ hours: -1_000, prices: [price({ ...ONE, lineBy: ['app'] })] }),
    ];
    const ran = (hours: number, n: number) =>
      cloudEvent({ type: 'single.ran', subject: 'secret-web', time: mine.at(hours), data: { app: 'secret-app', n } });
    await mine.send([
      ...Array.from({ length: 9 }, (_, i) => work(`secret-${i % 3}`, mine.at(30 + i * 5), 1)),
      ...[10, 20, 30, 40].flatMap((hours) => [ran(hours, 1), ran(hours + 5, 0)]),
    ]);
    await theirs.send([work('public', theirs.at(30), 1)]);
    const lines = await mine.lines();
    myLine = lines.find(({ priceKey }) => priceKey === 'work') as InvoiceLine;
    runs = lines.find(({ priceKey }) => priceKey === 'ran') as InvoiceLine;
    theirLine = (await theirs.lines())[0] as InvoiceLine;
    theirKey = await operator.createKey(theirs.account, 'read');
  });

  const asked = async (path: string, key: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  };
  const under = ({ account }: PastMonth, chargeId: string) =>
    `/api/v1/accounts/${account.id}/charges/${chargeId}/explanation`;
  const PATHS = [
    '',
    '/check',
    '/events',
    '/events?resource=secret-1',
    '/resources/secret-1/hours',
    '/resources/secret-web/intervals',
  ];

  it.each(PATHS)('is not found by an account’s own key, nor told apart from what is not there: %s', async (path) => {
    const nobodys = `${theirs.period}-${'0'.repeat(20)}`;
    const answers = [
      // Another account's, with both ids right; another account's charge in their own account; nobody's.
      await asked(`${under(mine, myLine.chargeId)}${path}`, theirKey),
      await asked(`${under(mine, runs.chargeId)}${path}`, theirKey),
      await asked(`${under(theirs, myLine.chargeId)}${path}`, theirKey),
      await asked(`${under(theirs, runs.chargeId)}${path}`, theirKey),
      await asked(`${under(theirs, nobodys)}${path}`, theirKey),
      await asked(`${under(theirs, 'nothing')}${path}`, theirKey),
    ];
    for (const { status, type, text } of answers) {
      expect([status, type]).toEqual([404, expect.stringContaining('application/problem+json')]);
      // A problem repeats what was asked for, and says no more.
      const [resource = '-'] = /secret-\w+/.exec(path) ?? [];
      expect(text.replaceAll(resource, '')).not.toMatch(/secret|amountExact/);
    }
  });

  it('another account’s resource has no hours, no intervals and no events', async () => {
    for (const part of ['hours', 'intervals']) {
      const answer = await asked(`${under(theirs, theirLine.chargeId)}/resources/secret-1/${part}`, theirKey);
      expect(answer.status).toBe(404);
    }
    const events = await asked(`${under(theirs, theirLine.chargeId)}/events?resource=secret-1`, theirKey);
    expect(JSON.parse(events.text)).toMatchObject({ data: [], pageTotal: '0', nextCursor: null });
    // Nor has a charge what it is not made of.
    for (const path of ['/resources/secret-web/intervals', '/resources/secret-1/intervals']) {
      expect((await asked(`${under(mine, myLine.chargeId)}${path}`, server.operatorKey)).status).toBe(404);
    }
  });

  it('a cursor continues its own list, and none when it is changed', async () => {
    const lists = [
      [myLine, '?limit=1'],
      [myLine, '/events?limit=1'],
      [myLine, '/events?resource=secret-1&limit=1'],
      [myLine, '/resources/secret-1/hours?limit=1'],
      [runs, '/resources/secret-web/intervals?limit=1'],
      [runs, '/events?limit=1'],
    ] as const;
    const cursors = await Promise.all(
      lists.map(async ([line, path]) => {
        const page = JSON.parse((await asked(`${under(mine, line.chargeId)}${path}`, server.operatorKey)).text);
        return String(page.nextCursor ?? page.nextResources);
      }),
    );
    for (const [i, [line, path]] of lists.entries()) {
      const own = cursors[i] as string;
      const flipped = [...own].map((char, at) => {
        const bit = String.fromCharCode(char.charCodeAt(0) ^ (1 << (at % 5)));
        return own.slice(0, at) + bit + own.slice(at + 1);
      });
      const wrong = [
        ...cursors.filter((cursor) => cursor !== own),
        ...flipped,
        own.slice(0, -1),
        `${own}A`,
        '',
        'x',
        '.',
      ];
      for (const cursor of wrong) {
        const query = `${path}&cursor=${encodeURIComponent(cursor)}`;
        const { status, type, text } = await asked(`${under(mine, line.chargeId)}${query}`, server.operatorKey);
        expect([query, status, type]).toEqual([query, 400, expect.stringContaining('application/problem+json')]);
        expect(text).not.toContain('secret-0');
      }
      const next = await asked(
        `${under(mine, line.chargeId)}${path}&cursor=${encodeURIComponent(own)}`,
        server.operatorKey,
      );
      expect(next.status).toBe(200);
    }
  });

  it('no key, resource or payload is in the logs', () => {
    expect(server.logs()).not.toContain(theirKey);
    expect(server.logs()).not.toContain(server.operatorKey);
    expect(server.logs()).not.toMatch(/secret-app/);
  });
});
