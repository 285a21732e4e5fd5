import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceView } from '../server/billing/invoice.types.ts';
import { openDatabase } from '../server/database/connect.ts';
import type { Database } from '../server/database/database.types.ts';
import { frozenExplanation } from '../server/database/support/frozen-explanations.ts';
import { startPostgres, type ThrowawayPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Explanation } from '../server/explanation/explanation.types.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { receiptsOf } from './support/events/event-door.ts';
import { eventKey } from './support/explanations/charge-faults.ts';
import { type SharedPage, sharedPage, sharedPages } from './support/explanations/shared-pages.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

interface Link {
  id: string;
  url: string;
  contentSha256: string;
}

const NAMES = ['hidden-shop', 'hidden-shop-2', 'hidden/größe', 'hidden-app'];
const ONE = { model: 'per_unit', unitAmount: '1' };
const TIERS = {
  model: 'graduated',
  tiers: [
    { upTo: '10', unitAmount: '1', flatAmount: '0.5' },
    { upTo: null, unitAmount: '0.1' },
  ],
};

let postgres: ThrowawayPostgres;
let database: Database;
let server: RunningServer;
let operator: Operator;
let kept: PastMonth;
let lines: InvoiceLine[];
const sent: CloudEvent[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url } });
  database = await openDatabase({ url: postgres.url, dataDir: '' });
  operator = new Operator(server);
  await defineSingleMeters(operator);
  const price = (more: object) => ({ key: 'work', meter: 'single-work', description: 'Work', ...more });
  const running = { model: 'per_time', amount: '1', perSeconds: '3600', lineBy: ['app'] };
  const prices = [
    price({ ...TIERS, maximum: { amount: '25', scope: 'line' } }),
    price({ ...running, key: 'ran', meter: 'single-ran', maximum: { amount: '3', scope: 'slot' } }),
    price({ ...ONE, key: 'most', meter: 'single-most', description: 'Most' }),
  ];
  const dimensions = { app: '$.app' };
  await operator.defineMeter('single-most', {
    ...{ description: 'Most', eventType: 'single.work', aggregation: 'max', valuePath: '$.n', dimensions, unit: 'u' },
  });
  kept = await pastMonth(operator, server.url, [{ hours: -1_000, prices }]);
  const ran = (resource: string, hours: number, n: number) =>
    cloudEvent({
      ...{ type: 'single.ran', source: '/hidden/source', subject: resource, time: kept.at(hours) },
      data: { app: 'hidden-app', n, payload: 'hidden-payload' },
    });
  for (let i = 0; i < 300; i++) {
    sent.push(work(NAMES[i % 3] as string, kept.at(20 + i), (i % 7) / 4, { payload: 'hidden-payload', i }));
  }
  for (let i = 0; i < 103; i++) sent.push(work(`hidden-${i}`, kept.at(30.5), 1, { payload: 'hidden-payload' }));
  // One resource is known since long before the month.
  sent.push(...NAMES.slice(0, 3).flatMap((name, i) => [ran(name, i === 0 ? -30 : 5, 2), ran(name, 10, 1)]));
  sent.push(...NAMES.slice(0, 3).map((name) => ran(name, 300, 0)));
  await kept.send(sent);
  lines = await kept.lines();
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await postgres?.stop();
});

const share = async (line: InvoiceLine, redaction: object = {}) =>
  (await operator.request('POST', `/api/v1/accounts/${kept.account.id}/explanation-links`, {
    chargeId: line.chargeId,
    ...redaction,
  })) as Link;
const lineOf = (key: string) => lines.find(({ priceKey }) => priceKey === key) as InvoiceLine;
const contentOf = async ({ chargeId }: InvoiceLine, { contentSha256 }: Link) => {
  const frozen = await frozenExplanation(database.queries, kept.account.id, { chargeId, contentSha256 });
  return frozen?.content ?? '';
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));

/** The link's page, and every page that can be reached from it, by address; of some of its resources. */
async function everything({ url }: Link, some = 1_000): Promise<Map<string, SharedPage>> {
  const pages = new Map<string, SharedPage>();
  const take = async (first: string) => {
    for (const page of await sharedPages(first)) pages.set(`${first} ${pages.size}`, page);
  };
  await take(url);
  const resources = [...pages.values()].flatMap(({ rows }) => rows);
  for (const { href } of resources.filter((_, i) => i < some || i === resources.length - 1)) {
    if (href === null) throw new Error('a resource leads nowhere');
    await take(href);
  }
  await take(`${url}/events`);
  return pages;
}

const rowsUnder = (pages: ReadonlyMap<string, SharedPage>, address: string) =>
  [...pages].filter(([key]) => key.startsWith(`${address} `)).flatMap(([, { rows }]) => rows);

describe('what a link shows', () => {
  it.each(['work', 'ran', 'most'])('is told by its hash, and adds up down to the events: %s', async (key) => {
    const line = lineOf(key);
    const link = await share(line);
    const content = await contentOf(line, link);
    expect(sha256(content)).toBe(link.contentSha256);
    const { explanation } = JSON.parse(content) as { explanation: Explanation };
    const whole = exact(line.amountExact);
    const pages = await everything(link);
    const resources = rowsUnder(pages, link.url);
    expect(resources).toHaveLength(explanation.resourceCount);
    expect(amounts(resources) + exact(explanation.base)).toBe(whole);
    for (const { href, amountExact } of key === 'most' ? [] : resources) {
      expect(amounts(rowsUnder(pages, href as string))).toBe(exact(amountExact));
    }
    const events = rowsUnder(pages, `${link.url}/events`);
    expect(amounts(events) + exact(explanation.base)).toBe(whole);
    if (key === 'work') {
      const names = sent.filter(({ type }) => type === 'single.work').map((event) => `Event ${eventKey(event)}`);
      expect(new Set(events.map(({ name }) => name.replace(/^Event (\S+) of (\S+)$/, 'Event $2 $1')))).toEqual(
        new Set(names),
      );
    }
    for (const { pageTotal, rows } of pages.values()) {
      if (pageTotal !== null) expect(amounts(rows)).toBe(exact(pageTotal));
    }
  });

  it('has no name on any page when names are hidden, and no payload when payloads are', async () => {
    const text = (pages: ReadonlyMap<string, SharedPage>) => [...pages.values()].map(({ html }) => html).join('\n');
    for (const line of lines) {
      const [whole, nameless, bare] = [
        await share(line),
        await share(line, { hideNames: true }),
        await share(line, { hidePayloads: true }),
      ];
      const open = text(await everything(whole, 4));
      for (const word of ['hidden-shop', 'hidden-payload', kept.account.name]) expect(open).toContain(word);
      const pages = await everything(nameless, 4);
      const ids = sent.map(({ id }) => id);
      const said = `${await contentOf(line, nameless)}\n${text(pages)}\n${[...pages.keys()].join('\n')}`;
      const words = ['hidden-', 'hidden/', 'hidden%2F', '/hidden', kept.account.id, kept.account.name, ...ids];
      for (const word of words) expect(said).not.toContain(word);
      const unpacked = await everything(bare, 4);
      expect(text(unpacked)).toContain('hidden-shop');
      expect(text(unpacked)).not.toContain('hidden-payload');
      // What it comes to is the same, and one name stands for one resource.
      const resources = rowsUnder(pages, nameless.url);
      expect(new Set(resources.map(({ name }) => name)).size).toBe(rowsUnder(unpacked, bare.url).length);
      const events = (of: ReadonlyMap<string, SharedPage>, { url }: Link) => amounts(rowsUnder(of, `${url}/events`));
      expect(events(pages, nameless)).toBe(events(unpacked, bare));
    }
  });

  it('is nothing but its one explanation', async () => {
    const [own, other] = [await share(lineOf('work')), await share(lineOf('ran'))];
    const status = async (url: string) => (await sharedPage(url)).status;
    const tokenOf = (link: Link) => new URL(link.url).pathname.split('/').at(-1) as string;
    const cursor = async (url: string) => new URL((await sharedPage(url)).next as string).searchParams.get('cursor');
    const [resources, events] = [await cursor(own.url), await cursor(`${own.url}/events`)];
    const under = (rest: string) => status(`${own.url}${rest}`);
    for (const name of ['nothing', 'hidden%2Fnothing', '..%2F..%2Faccounts']) {
      expect([name, await under(`/resources/${name}`)]).toEqual([name, 404]);
      expect([name, await under(`/events?resource=${name}`)]).toEqual([name, 404]);
    }
    // Another list's cursor, another link's, a changed one, none at all.
    const changed = [...(events as string)].map((char, at, all) => {
      const flipped = String.fromCharCode(char.charCodeAt(0) ^ 1);
      return [...all.slice(0, at), /[\w-]/.test(flipped) ? flipped : 'A', ...all.slice(at + 1)].join('');
    });
    for (const wrong of [resources, 'x', `${events}A`, ...changed.filter((text) => text !== events)]) {
      expect(await under(`/events?cursor=${encodeURIComponent(wrong as string)}`)).toBe(404);
    }
    expect(await under(`?cursor=${encodeURIComponent(events as string)}`)).toBe(404);
    expect(await status(`${other.url}/events?cursor=${encodeURIComponent(events as string)}`)).toBe(404);
    expect(await under('/events?from=yesterday')).toBe(404);
    expect(await under(`/events?cursor=${encodeURIComponent(events as string)}`)).toBe(200);
    // A token with any other digit is no token; what is shown then tells nothing.
    const token = tokenOf(own);
    const gone = await sharedPage(`${server.url}/s/${'0'.repeat(43)}`);
    expect(gone.status).toBe(410);
    for (let at = 0; at < token.length; at++) {
      const digit = token[at] === 'A' ? 'B' : 'A';
      const url = `${server.url}/s/${token.slice(0, at)}${digit}${token.slice(at + 1)}`;
      for (const rest of ['', '/events', '/resources/hidden-shop']) {
        const page = await sharedPage(`${url}${rest}`);
        expect([page.status, page.main]).toEqual([410, gone.main]);
      }
    }
    await operator.request('DELETE', `/api/v1/accounts/${kept.account.id}/explanation-links/${own.id}`);
    for (const rest of ['', '/events', '/resources/hidden-shop']) {
      const page = await sharedPage(`${own.url}${rest}`);
      expect([page.status, page.main]).toEqual([410, gone.main]);
    }
    for (const link of [own, other]) expect(server.logs()).not.toContain(tokenOf(link));
    expect(server.logs()).not.toMatch(/hidden-payload|hidden-shop/);
  });
});

describe('what a link keeps', () => {
  it('is the same to the byte after 10,000 late events, duplicates, conflicts, a new price, meter and a billed correction', async () => {
    const before = await Promise.all(
      lines.map(async (line) => {
        const link = await share(line);
        return { line, link, content: await contentOf(line, link), pages: await everything(link, 4) };
      }),
    );
    const invoices = `/api/v1/accounts/${kept.account.id}/invoices`;
    await operator.request('POST', `${invoices}/${kept.period}/finalize`, undefined);
    const issued = await share(lineOf('most'));
    const issuedPages = await everything(issued, 4);
    const late = Array.from({ length: 9_000 }, (_, i) => work(NAMES[i % 3] as string, kept.at(3 + (i % 300)), 2));
    const levels = Array.from({ length: 1_000 }, (_, i) =>
      cloudEvent({
        ...{ type: 'single.ran', source: '/late', subject: NAMES[i % 4] as string, time: kept.at(6 + i / 4) },
        data: { app: 'hidden-app', n: i % 3 },
      }),
    );
    await kept.send([...late, ...levels]);
    const again = await receiptsOf(server.url, kept.key, sent.slice(0, 200));
    expect(again.duplicates).toBe(200);
    const others = sent.slice(0, 100).map((event) => ({ ...event, data: { ...event.data, n: 99 } }));
    const lenient = { prefer: 'handling=lenient, return=representation' };
    expect((await receiptsOf(server.url, kept.key, others, lenient)).conflicts).toBe(100);
    const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
    await operator.request('POST', `/api/v1/rate-cards/${kept.account.id}/versions`, {
      ...{ effectiveFrom: inAYear, currency: 'USD' },
      prices: [{ key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '9' }],
    });
    const next = new Date(Date.parse(kept.at(0)));
    next.setUTCMonth(next.getUTCMonth() + 1);
    const corrected = (await operator.request(
      'POST',
      `${invoices}/${next.toISOString().slice(0, 7)}/finalize`,
      undefined,
    )) as InvoiceView;
    expect(corrected.lines.map(({ corrects }) => corrects?.chargeId)).toContain(lineOf('most').chargeId);
    await operator.request('PUT', `/api/v1/accounts/${kept.account.id}`, {
      ...{
        name: 'Renamed',
        kind: 'team',
        currency: 'USD',
        timeZone: 'Pacific/Kiritimati',
        anchorDay: 1,
        taxPercent: '0',
      },
    });
    for (const { line, link, content, pages } of before) {
      expect(content).not.toBe('');
      expect(await contentOf(line, link)).toBe(content);
      const now = await everything(link, 4);
      expect([...now.keys()]).toEqual([...pages.keys()]);
      for (const [address, { main }] of pages) expect([address, now.get(address)?.main]).toEqual([address, main]);
    }
    const still = await everything(issued, 4);
    for (const [address, { main }] of issuedPages) expect([address, still.get(address)?.main]).toEqual([address, main]);
    // The issued charges still explain what was issued.
    for (const { chargeId, amountExact } of lines) {
      const path = `/api/v1/accounts/${kept.account.id}/charges/${chargeId}/explanation`;
      const opened = (await operator.request('GET', path)) as Explanation;
      expect([opened.checks.difference, opened.charge.amountExact]).toEqual(['0', amountExact]);
    }
  });
});
