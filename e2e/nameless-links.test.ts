import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { openDatabase } from '../server/database/connect.ts';
import type { Database } from '../server/database/database.types.ts';
import { startPostgres, type ThrowawayPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from './support/events/event-door.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

/** Every name of the account begins with it, whatever it is the name of; no token, cursor or nonce has it by chance. */
const MARK = 'zqxwvkj';
const ACCOUNT = `${MARK}account`;
/** What a link that hides nothing tells, so that it would be noticed if it were hidden only because it is nowhere. */
const TOLD = ['account', 'accountname', 'app', 'process', 'team', 'resource', 'source', 'event', 'actor']
  .concat(['licenseid', 'product', 'moneyid', 'moneyproduct', 'card', 'pricekey', 'payload'])
  .map((kind) => `${MARK}${kind}`);
const RESOURCES_OPENED = 2;

interface Link {
  id: string;
  url: string;
  contentSha256: string;
}

let postgres: ThrowawayPostgres;
let database: Database;
let server: RunningServer;
let operator: Operator;
/** Of an issued invoice and of the open period. */
let charges: { chargeId: string; invoiceId: string }[];

const now = new Date();
const at = (months: number, hours: number) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1) + hours * 3_600_000).toISOString();
let sent = 0;
const event = (type: string, time: string, data: object, subject = `${MARK}resource`): CloudEvent =>
  cloudEvent({
    ...{ type, time, subject, id: `${MARK}event-${sent++}`, source: `/${MARK}source` },
    data: {
      ...{ app: `${MARK}app`, process: `${MARK}process`, team: `${MARK}team` },
      ...{ actor: `${MARK}actor`, said: `${MARK}payload`, ...data },
    },
  });

beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url } });
  database = await openDatabase({ url: postgres.url, dataDir: '' });
  operator = new Operator(server);
  const dimensions = { app: '$.app', process: '$.process', team: '$.team', size: '$.size' };
  await operator.defineMeter('nameless-ran', {
    ...{ description: 'Running', eventType: 'nameless.ran', aggregation: 'time_weighted', levels: 'slots' },
    ...{ valuePath: '$.n', dimensions, unit: 'slot-seconds' },
  });
  await operator.defineMeter('nameless-work', {
    ...{ description: 'Work', eventType: 'nameless.work', aggregation: 'sum', valuePath: '$.n' },
    ...{ dimensions, unit: 'units' },
  });
  const lineBy = ['app', 'process', 'team'];
  const prices = (amount: string) => [
    {
      ...{ key: `${MARK}pricekey.ran`, meter: 'nameless-ran', description: 'Dynos', match: { size: 's' }, lineBy },
      ...{ model: 'per_time', amount, perSeconds: '3600', maximum: { amount: '40', scope: 'slot' } },
    },
    {
      key: `${MARK}pricekey.large`,
      meter: 'nameless-ran',
      description: 'Large',
      match: { size: 'l' },
      lineBy,
      ...{ model: 'per_time', amount, perSeconds: '3600' },
    },
    {
      ...{ key: `${MARK}pricekey.work`, meter: 'nameless-work', description: 'Work', match: { team: `${MARK}team` } },
      ...{ model: 'graduated', included: '1', minimum: '1', lineBy: ['app'] },
      tiers: [
        { upTo: '10', unitAmount: amount },
        { upTo: null, unitAmount: '0.1' },
      ],
    },
  ];
  for (const [from, amount] of [
    [at(-4, 0), '1'],
    [at(-2, 200), '2'],
  ] as const) {
    const body = { effectiveFrom: from, currency: 'USD', prices: prices(amount) };
    await operator.request('POST', `/api/v1/rate-cards/${MARK}card/versions`, body);
  }
  const under = `/api/v1/accounts/${ACCOUNT}`;
  await operator.request('PUT', under, {
    ...{ name: `${MARK}accountname`, kind: 'team', timeZone: 'UTC', currency: 'USD', anchorDay: 1, taxPercent: '0' },
  });
  await operator.request('PUT', `${under}/teams/${MARK}team`, { name: `${MARK}teamname` });
  await operator.request('PUT', `${under}/apps/${MARK}app`, { name: `${MARK}appname`, teamId: `${MARK}team` });
  await operator.request('PUT', `${under}/rate-card`, { key: `${MARK}card`, discountPercent: '10' });
  const covering = (key: string) => ({ weights: { [`${MARK}pricekey.${key}`]: '1' }, from: at(-2, 0), to: at(1, 0) });
  await operator.request('PUT', `${under}/licenses/${MARK}licenseid`, {
    ...{ product: `${MARK}product`, quantity: '0.05', unit: 'units', measure: 'unit_months', ...covering('ran') },
  });
  await operator.request('PUT', `${under}/licenses/${MARK}moneyid`, {
    ...{ product: `${MARK}moneyproduct`, quantity: '5', unit: 'USD', measure: 'sum', ...covering('work') },
  });
  const used = (months: number): CloudEvent[] => [
    event('nameless.ran', at(months, 1), { n: 2, size: 's' }),
    event('nameless.ran', at(months, 50), { n: 1, size: 'l' }),
    event('nameless.ran', at(months, 60), { n: 2, size: 's' }),
    event('nameless.ran', at(months, 300), { n: 0, size: 's' }),
    ...Array.from({ length: 105 }, (_, i) =>
      event('nameless.work', at(months, 2 + i), { n: 1 }, `${MARK}resource-${i}`),
    ),
  ];
  const current = { n: 1, size: 's' };
  const events = [...used(-3), ...used(-2), event('nameless.ran', at(0, 0), current)];
  events.push(event('nameless.work', at(0, 0), { n: 3 }));
  const key = await operator.createKey({ id: ACCOUNT, name: '' });
  const received = lastReceived(await receiptsOf(server.url, key, events));
  const invoice = async (id: string) => (await operator.request('GET', `${under}/invoices/${id}`)) as InvoiceView;
  while ((await invoice('current')).meteredThrough < received) await new Promise((done) => setTimeout(done, 50));
  charges = [];
  for (const months of [-3, -2]) {
    await operator.request('POST', `${under}/invoices/${at(months, 0).slice(0, 7)}/finalize`);
  }
  const issued = (await operator.request('GET', `${under}/invoices`)) as { data: InvoiceView[] };
  const last = issued.data.find(({ period }) => period.key === at(-2, 0).slice(0, 7));
  for (const id of [last?.id ?? '', 'current']) {
    const { lines } = await invoice(id);
    charges.push(...lines.map(({ chargeId }) => ({ chargeId, invoiceId: id })));
  }
  expect(charges.length).toBeGreaterThanOrEqual(5);
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await postgres?.stop();
});

const share = (chargeId: string, redaction: object = {}) => shareWhat({ chargeId }, redaction);
const shareWhat = async (what: object, redaction: object = {}) =>
  (await operator.request('POST', `/api/v1/accounts/${ACCOUNT}/explanation-links`, {
    ...{ ...what, note: `${MARK}note`, ...redaction },
  })) as Link;
/** Every kind of difference, of months in which something happened. */
const differences = () => [
  { period: at(-2, 0).slice(0, 7) },
  { period: at(-1, 0).slice(0, 7) },
  { day: at(-2, 60).slice(0, 10), against: 'previous' },
  { from: at(-2, 0), to: at(-2, 400), compareFrom: at(-3, 0), compareTo: at(-3, 400) },
  ...charges.map(({ chargeId }) => ({ chargeId })),
];

/** Everything that can be reached from a link, by address: page, each of its answers as data, and their headers. */
async function reachable({ url }: Link): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting = [url];
  let opened = 0;
  const keep = async (address: string) => {
    const response = await fetch(address);
    const text = await response.text();
    found.set(address, JSON.stringify([response.status, text, [...response.headers]]));
    return text;
  };
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.has(next)) continue;
    if (next.includes('/resources/') && !next.includes('?') && opened++ >= RESOURCES_OPENED) continue;
    const html = await keep(next);
    const { origin, pathname, search } = new URL(next);
    await keep(`${origin}${pathname}.data${search}`);
    for (const [, href = ''] of html.matchAll(/href="([^"]+)"/g)) {
      const to = new URL(href.replaceAll('&amp;', '&'), url);
      if (to.href.startsWith(url)) waiting.push(to.href);
    }
  }
  return found;
}

const statusesOf = (found: ReadonlyMap<string, string>) => [...found.values()].map((text) => text.slice(0, 5));

function expectNoName(found: ReadonlyMap<string, string>): void {
  const words = [MARK, ...charges.flatMap(({ chargeId, invoiceId }) => [chargeId, invoiceId])];
  for (const [address, text] of found) {
    const told = `${decodeURIComponent(address)}\n${text}`.toLowerCase();
    for (const word of words.filter((each) => each !== 'current')) {
      const where = told.indexOf(word);
      const around = where < 0 ? null : told.slice(Math.max(0, where - 80), where + 80);
      expect([address, word, around]).toEqual([address, word, null]);
    }
    expect([address, /inv_[0-9a-z]{6}/.exec(text)]).toEqual([address, null]);
  }
}

describe('a link without names', () => {
  it('tells none of them on any page, in any answer, and leads as deep as one with all', async () => {
    let open = '';
    for (const { chargeId } of charges) {
      open += [...(await reachable(await share(chargeId))).values()].join('\n');
      const nameless = await reachable(await share(chargeId, { hideNames: true }));
      expectNoName(nameless);
      expect(new Set(statusesOf(nameless))).toEqual(new Set(['[200,']));
      expect([...nameless.keys()].some((address) => address.includes('/events'))).toBe(true);
    }
    for (const word of TOLD) expect(open).toContain(word);
    expect(open).toContain(`${ACCOUNT.toUpperCase()}-0002`);
  });

  it('says what was covered, resized and capped all the same', async () => {
    const shown: string[] = [];
    for (const { chargeId } of charges) {
      const { url } = await share(chargeId, { hideNames: true });
      shown.push(await (await fetch(url)).text());
    }
    const all = shown.join('\n');
    for (const words of [
      ...['License 1 ran out', 'License 1 paid 5 USD of it', 'By license', 'License 1 covers more of'],
      ...[/resource [0-9a-f]{10} changed from s to l/, /resource [0-9a-f]{10}, slot \d, reached its cap of 40\.00/],
      ...[/Dynos of app [0-9a-f]{10}, process [0-9a-f]{10}, team [0-9a-f]{10} ran for/, /person [0-9a-f]{10}/],
    ]) {
      expect(all).toMatch(words);
    }
  });

  it('that was kept with everything in it tells none either, by names and a hash that are of what is shown', async () => {
    for (const { chargeId, invoiceId } of charges) {
      const [whole, nameless] = [await share(chargeId), await share(chargeId, { hideNames: true })];
      const before = await reachable(nameless);
      await database.queries.execute(sql`
        update frozen_explanations hidden
        set content = jsonb_set(jsonb_set(jsonb_set(told.content::jsonb, '{redaction,hideNames}', 'true'),
          '{explanation,nextResources}', hidden.content::jsonb #> '{explanation,nextResources}'),
          '{changes}', hidden.content::jsonb #> '{changes}')::text
        from frozen_explanations told
        where hidden.content_sha256 = ${nameless.contentSha256} and told.content_sha256 = ${whole.contentSha256}`);
      const after = await reachable(nameless);
      expectNoName(after);
      // The same names as on the levels below, so that each leads on.
      expect([...after.keys()]).toEqual([...before.keys()]);
      expect(new Set(statusesOf(after))).toEqual(new Set(['[200,']));
      const hash = /SHA-256 of what is shown: <[^>]*>([0-9a-f]{64})</.exec(
        await (await fetch(nameless.url)).text(),
      )?.[1];
      expect(hash).toMatch(/./);
      expect(hash).not.toBe(whole.contentSha256);
      // What does not move is shown to the letter as it is kept now.
      if (invoiceId !== 'current') expect(hash).toBe(nameless.contentSha256);
    }
  });
});

describe('a link to a difference', () => {
  it('tells names only where they are not hidden, and what events contain likewise', async () => {
    let open = '';
    for (const change of differences()) {
      open += [...(await reachable(await shareWhat({ change }))).values()].join('\n');
      const nameless = await reachable(await shareWhat({ change }, { hideNames: true }));
      expectNoName(nameless);
      expect(new Set(statusesOf(nameless))).toEqual(new Set(['[200,']));
      const bare = [...(await reachable(await shareWhat({ change }, { hidePayloads: true }))).values()].join('\n');
      expect(bare).not.toContain(`${MARK}actor`);
    }
    for (const kind of ['account', 'accountname', 'app', 'process', 'team', 'resource', 'product', 'actor'])
      expect(open).toContain(`${MARK}${kind}`);
  });

  it('has no name in what is kept of it, either', async () => {
    const { rows } = await database.queries.execute(sql`
      select f.content, f.description from frozen_explanations f join explanation_links l using (account_id, charge_id, content_sha256)
      where l.hide_names and f.charge_id like 'changes-%'`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows).toLowerCase()).not.toContain(MARK);
  });
});

describe('what is kept with names under a link that hides them', () => {
  it('is told in general words', async () => {
    for (const change of differences()) {
      const [whole, nameless] = [await shareWhat({ change }), await shareWhat({ change }, { hideNames: true })];
      await database.queries.execute(sql`
        update frozen_explanations hidden set content = told.content from frozen_explanations told
        where hidden.content_sha256 = ${nameless.contentSha256} and told.content_sha256 = ${whole.contentSha256}`);
      expectNoName(await reachable(nameless));
    }
  });
});

describe('a link without payloads', () => {
  it('tells nothing of what they contain, also not who did what', async () => {
    for (const { chargeId } of charges) {
      const text = [...(await reachable(await share(chargeId, { hidePayloads: true }))).values()].join('\n');
      expect(text).toContain(`${MARK}app`);
      for (const word of ['payload', 'actor']) expect(text).not.toContain(`${MARK}${word}`);
    }
  });
});
