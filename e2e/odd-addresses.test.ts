import { Window } from 'happy-dom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine } from '../server/billing/invoice.types.ts';
import type { ExplainedResource } from '../server/explanation/explanation.types.ts';
import { sharedPage, sharedPages } from './support/explanations/shared-pages.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

const NAMES = [
  ...[
    '.',
    '..',
    '...',
    '~',
    '~.',
    '~..',
    '~~',
    '~shop',
    '/',
    '//',
    'a/b',
    'a/../b',
    '%',
    '%2e',
    '%2F',
    'a%2Fb',
    '%252F',
  ],
  ...['?', 'a?b=c', '#', 'a#b', '&', '+', 'a b', '\\', ';', ':', 'a.data', '.data', 'hours', 'ä', '😀'],
  '\u00fc漢字👩‍🚀'.repeat(40).slice(0, 256).toWellFormed().replaceAll('\ufffd', ''),
  'x'.repeat(256),
];

let server: RunningServer;
let operator: Operator;
let month: PastMonth;
let line: InvoiceLine;
let cookie: string;
let link: string;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
  month = await pastMonth(operator, server.url, [
    {
      hours: -1_000,
      prices: [{ key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' }],
    },
  ]);
  await month.send(NAMES.map((name, i) => work(name, month.at(30 + i), i + 1)));
  [line] = (await month.lines()).filter(({ priceKey }) => priceKey === 'work') as [InvoiceLine];
  cookie = await cookieOf(server.url, await operator.createUser([month.account]));
  const body = { chargeId: line.chargeId };
  const path = `/api/v1/accounts/${month.account.id}/explanation-links`;
  link = ((await operator.request('POST', path, body)) as { url: string }).url;
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

/** Where the resources of a charge lead to, on all its pages. */
async function hrefsOn(url: string, headers: Record<string, string>): Promise<string[]> {
  const hrefs = new Set<string>();
  for (const { html } of await sharedPages(url, headers)) {
    for (const href of documentOf(html).hrefs) if (href.includes('/resources/')) hrefs.add(href);
  }
  return [...hrefs];
}

function documentOf(html: string): { title: string; hrefs: string[] } {
  const { document } = new Window();
  document.write(html);
  return {
    title: document.querySelector('title')?.textContent ?? '',
    hrefs: [...document.querySelectorAll('a')].map((a) => a.getAttribute('href') ?? ''),
  };
}

describe('a resource opens whatever it is called', () => {
  it('by a click, on a charge and on a link', async () => {
    const pages: [string, Record<string, string>][] = [
      [`${server.url}/accounts/${month.account.id}/charges/${line.chargeId}`, { cookie }],
      [link, {}],
    ];
    for (const [url, headers] of pages) {
      const opened = new Set<string>();
      for (const href of await hrefsOn(url, headers)) {
        // As a browser asks for the page, and for its data within the app.
        const at = new URL(href, url);
        const page = await sharedPage(at.href, headers);
        expect([href, page.status, page.rows.length]).toEqual([href, 200, 1]);
        opened.add(documentOf(page.html).title.split(' · ')[0] ?? '');
        const data = await fetch(`${at.origin}${at.pathname}.data${at.search}`, { headers });
        expect([href, data.status, data.headers.get('content-type')]).toEqual([
          href,
          200,
          expect.stringMatching(/^text\/x-script/),
        ]);
      }
      expect([...opened].sort()).toEqual([...NAMES].sort());
    }
  });

  it('by the API', async () => {
    for (const [i, name] of NAMES.entries()) {
      const spelled = /^~*\.{0,2}$/.test(name) ? `~${name}` : name;
      const under = `/api/v1/accounts/${month.account.id}/charges/${line.chargeId}/explanation`;
      const path = `${under}/resources/${encodeURIComponent(spelled)}`;
      const whole = (await operator.request('GET', path)) as ExplainedResource;
      expect(whole).toMatchObject({ resource: name, amountExact: String(i + 1) });
      expect(await operator.request('GET', `${path}/hours`)).toMatchObject({ pageTotal: String(i + 1) });
      const events = await operator.request('GET', `${under}/events?resource=${encodeURIComponent(name)}`);
      expect(events).toMatchObject({ pageTotal: String(i + 1) });
    }
  });
});

describe('an address that no page has', () => {
  it.each(['?_data=routes%2Fhome', '?_data', '?x=1&_data=root', '/usage?_data=x'])('%s is refused', async (search) => {
    for (const method of ['GET', 'POST']) {
      const { status } = await fetch(`${server.url}/accounts/${month.account.id}${search}`, {
        ...{ method, headers: { cookie, origin: server.url } },
        ...(method === 'POST' && { body: new URLSearchParams({ a: 'b' }) }),
      });
      expect([method, status]).toEqual([method, 400]);
    }
  });

  it.each([
    '/%5C',
    '/%5C%5C',
    '/%5C%2f',
    '/%09/',
    '/%0A%5Cexample.com',
    '/%5C%3C',
    '/%5C?meter=-0001-01',
    '//%5C',
    '///%5C%5C',
    '//%09/',
  ])('%s, which would be another site, is none', async (path) => {
    for (const headers of [new Headers(), new Headers({ cookie })]) {
      const { status } = await fetch(`${server.url}${path}`, { headers });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('of thousands of parts is refused before any is tried', async () => {
    const deep = '/a'.repeat(3_500);
    expect((await fetch(`${server.url}${deep}`)).status).toBe(400);
    // The router has an address that tries each part of a path against every route: not here.
    const many = Array.from({ length: 300 }, (_, i) => `p=/${i}/a/b/c/d/e/f/g`).join('&');
    expect((await fetch(`${server.url}/__manifest?version=x&${many}`)).status).toBe(404);
  });

  it.each(['/', '/sign-in', `/accounts`, '/s/nothing'])('%s takes no form it has not', async (path) => {
    const { status } = await fetch(`${server.url}${path}`, {
      ...{ method: 'POST', redirect: 'manual', headers: { cookie, origin: server.url } },
      body: new URLSearchParams({ a: 'b' }),
    });
    expect(status).toBeLessThan(500);
  });
});

it('every answer says that it is what it says it is', async () => {
  const under = `/api/v1/accounts/${month.account.id}/invoices`;
  for (const path of [
    under,
    `${under}/${month.period}.csv`,
    `${under}/${month.period}.pdf`,
    '/api/nothing',
    '/sign-in',
    '/healthz',
  ]) {
    const { headers } = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${server.operatorKey}` },
    });
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
  }
});

it('hundreds of openings of a link in a minute are some rows with a count', async () => {
  const [, token] = link.split('/s/');
  const before = await operator.request('GET', `/api/v1/accounts/${month.account.id}/explanation-links`);
  const { id, opens } = (before as { data: { id: string; opens: number }[] }).data[0] as { id: string; opens: number };
  let opened = 0;
  while (opened < 400) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/s/${token}`)));
    await Promise.all(answers.map((answer) => answer.text()));
    opened += answers.filter(({ status }) => status === 200).length;
  }
  const path = `/api/v1/accounts/${month.account.id}/explanation-links`;
  expect(await operator.request('GET', path)).toMatchObject({ data: [{ opens: opens + opened }] });
  const { data } = (await operator.request('GET', `${path}/${id}/opens?limit=200`)) as { data: { count: number }[] };
  expect(data.reduce((sum, { count }) => sum + count, 0)).toBe(opens + opened);
  expect(data.length).toBeLessThan(40);
});
