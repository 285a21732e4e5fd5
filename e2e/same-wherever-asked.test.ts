import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceView } from '../server/billing/invoice.types.ts';
import type { ExplainedEvent, ExplainedResource, ExplanationPage } from '../server/explanation/explanation.types.ts';
import type { LookedUp } from '../server/explanation/receipt.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { sharedPage } from './support/explanations/shared-pages.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

/** More than any page of resources has. */
const RESOURCES = 60;
const LAST = 'job-59';

let server: RunningServer;
let operator: Operator;
let month: PastMonth;
let line: InvoiceLine;
let ran: InvoiceLine;
let cookie: string;
const sent: CloudEvent[] = [];

const get = (path: string) => operator.request('GET', path);
const under = (rest: string) => `/api/v1/accounts/${month.account.id}/${rest}`;
const of = ({ chargeId }: InvoiceLine, rest = '') => under(`charges/${chargeId}/explanation${rest}`);

beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
  month = await pastMonth(operator, server.url, [
    {
      hours: -1_000,
      prices: [
        { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' },
        { key: 'ran', meter: 'single-ran', description: 'Ran', model: 'per_time', amount: '1', perSeconds: '3600' },
      ],
    },
  ]);
  // The first costs most, so it is listed first.
  for (let i = 0; i < RESOURCES; i++) {
    sent.push(work(`job-${i}`, month.at(30 + i), RESOURCES - i));
    sent.push(
      cloudEvent({ type: 'single.ran', subject: `job-${i}`, time: month.at(100), data: { app: 'shop', n: 1 } }),
      cloudEvent({ type: 'single.ran', subject: `job-${i}`, time: month.at(200 - i), data: { app: 'shop', n: 0 } }),
    );
  }
  await month.send(sent);
  const lines = await month.lines();
  line = lines.find(({ priceKey }) => priceKey === 'work') as InvoiceLine;
  ran = lines.find(({ priceKey }) => priceKey === 'ran') as InvoiceLine;
  cookie = await cookieOf(server.url, await operator.createUser([month.account]));
});
afterAll(() => server?.stop());

it('a resource has its total wherever it stands in the list, on its page and for programs', async () => {
  for (const [charge, amountExact, shown] of [
    [line, '1', '1.00'],
    [ran, '41', '41.00'],
  ] as const) {
    const whole = (await get(of(charge, `/resources/${LAST}`))) as ExplainedResource;
    expect(whole).toMatchObject({ resource: LAST, amountExact });
    const { resources } = await new OpenedCharge(get, month.account.id, charge.chargeId).explained(200);
    expect(resources.at(-1)).toEqual(whole);
    const url = `${server.url}/accounts/${month.account.id}/charges/${charge.chargeId}/resources/${LAST}`;
    const page = await sharedPage(url, { cookie });
    expect([page.status, page.main.replaceAll('<!-- -->', '')]).toEqual([
      200,
      expect.stringContaining(`adds ${shown} USD`),
    ]);
    expect(page.main).toContain(`/events?resource=${LAST}`);
  }
  await expect(get(of(line, '/resources/job-60'))).rejects.toThrow('404');
});

it('instants are spelled one way, to the microsecond, in invoices and in everything below them', async () => {
  const answers = await Promise.all(
    [
      under(`invoices/${month.period}`),
      under(`invoices/${month.period}/days`),
      of(line),
      of(line, '/events?limit=3'),
      of(line, '/resources/job-1/hours'),
      of(ran),
      of(ran, '/resources/job-1/intervals'),
      of(ran, '/events?limit=3'),
    ].map(get),
  );
  const [invoice, , explanation] = answers as [InvoiceView, unknown, { invoice: InvoiceView }];
  expect(explanation.invoice.period).toEqual(invoice.period);
  const wrong: string[] = [];
  const look = (value: unknown, path: string) => {
    // What was sent stays as it was, and when an invoice becomes final is told by the clock.
    if (path.endsWith('.event') || path.endsWith('.finalAt')) return;
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !/\.\d{6}Z$/.test(value)) wrong.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) look(inner, `${path}.${name}`);
  };
  for (const [i, answer] of answers.entries()) look(answer, String(i));
  expect(wrong).toEqual([]);
});

it('a page of events from an instant below a millisecond begins where the same question of a program does', async () => {
  const time = month.at(400).replace('Z', '');
  const events = ['100', '900'].map((micros) => work('fine', `${time}${micros}Z`, 1));
  await month.send(events);
  const query = new URLSearchParams({ from: `${time}500Z`, resource: 'fine' });
  const asked = (await get(of(line, `/events?${query}`))) as ExplanationPage<ExplainedEvent>;
  expect(asked.data.map(({ id }) => id)).toEqual([events[1]?.id]);
  const url = `${server.url}/accounts/${month.account.id}/charges/${line.chargeId}/events?${query}`;
  expect((await sharedPage(url, { cookie })).rows).toHaveLength(1);
});

it('looking up an event names the charge it is in, and says that it came late', async () => {
  const lookUp = async ({ source, id }: CloudEvent) =>
    (await get(
      `/api/v1/events/lookup?${new URLSearchParams({ accountId: month.account.id, source, id })}`,
    )) as LookedUp;
  const first = await lookUp(sent[0] as CloudEvent);
  expect(first.receipt.status).toBe('accepted');
  const charge = { chargeId: line.chargeId, description: 'Work', amountExact: String(RESOURCES) };
  expect(first.meters).toMatchObject([{ key: 'single-work', charge }]);
  const level = await lookUp(sent[1] as CloudEvent);
  expect(level.meters).toMatchObject([{ key: 'single-ran', charge: { chargeId: ran.chargeId, amountExact: '100' } }]);
  await operator.request('POST', under(`invoices/${month.period}/finalize`));
  const late = work('job-1', month.at(300), 2);
  await month.send([late]);
  expect(await lookUp(late)).toMatchObject({
    receipt: { status: 'late' },
    meters: [{ key: 'single-work', charge: { chargeId: line.chargeId, amountExact: null } }],
  });
  expect((await lookUp(sent[0] as CloudEvent)).receipt.status).toBe('accepted');
  const { id, source } = late;
  const query = new URLSearchParams({ source, id });
  const page = await sharedPage(`${server.url}/accounts/${month.account.id}/events?${query}`, { cookie });
  expect(page.main).toContain('Accepted, late');
});
