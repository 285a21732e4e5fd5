/**
 * Makes a data folder as this version leaves it, with the answers that must stay: run it on the commit whose forms are to
 * be kept, `npx tsx e2e/kept/make-data-folder.ts NAME`, and commit what it writes. A folder that was made is never made again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { type CloudEvent, cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { Operator } from '../support/people/operator.ts';
import { cookieOf } from '../support/people/session.ts';
import { movedClock } from '../support/servers/moved-clock.ts';
import { startServer } from '../support/servers/server.ts';
import { answersOf, type Kept, PUBLIC_URL } from './answers.ts';

const name = process.argv[2] ?? '';
const dataDir = await mkdtemp(join(tmpdir(), 'plainbill-kept-'));
const clock = await movedClock('2026-08-01T09:00:00Z');
const server = await startServer({ dataDir, env: clock.env });
const operator = new Operator(server);
const call = (method: string, path: string, body?: unknown) => operator.request(method, `/api/v1${path}`, body);
const ACME = { id: 'acme', name: 'Acme Großhandel' };
const DUNA = { id: 'duna', name: 'Duna Kft.' };

// Two accounts: one with everything, one in a currency whose decimals the runtime had otherwise.
const account = (given: object) => ({ kind: 'team', anchorDay: 1, taxPercent: '0', timeZone: 'UTC', ...given });
await call(
  'PUT',
  '/accounts/acme',
  account({ ...ACME, id: undefined, currency: 'USD', timeZone: 'America/New_York', taxPercent: '8.25' }),
);
await call(
  'PUT',
  '/accounts/duna',
  account({ ...DUNA, id: undefined, currency: 'HUF', timeZone: 'Europe/Budapest', anchorDay: 1 }),
);
await call('PUT', '/accounts/acme/teams/platform', { name: 'Platform' });
await call('PUT', '/accounts/acme/apps/shop', { name: 'Shop', teamId: 'platform' });
const member = await operator.createUser([ACME]);
await operator.createUser([], { platformRole: 'support' });
const keys = new Map([
  [ACME.id, await operator.createKey(ACME)],
  [DUNA.id, await operator.createKey(DUNA)],
]);

// A meter of every aggregation.
const app = { app: '$.app' };
const meter = (key: string, aggregation: string, more: object = {}) =>
  operator.defineMeter(key, {
    ...{ description: key, eventType: `kept.${key}`, aggregation, dimensions: app, unit: 'units' },
    ...(aggregation === 'count' ? {} : { valuePath: '$.n' }),
    ...more,
  });
await meter('dyno', 'time_weighted', { levels: 'slots', dimensions: { ...app, size: '$.size' }, unit: 'slot-seconds' });
await meter('disk', 'time_weighted', { levels: 'amount', unit: 'GB-seconds' });
await meter('requests', 'count');
await meter('tokens', 'sum', { dimensions: { ...app, model: '$.model' } });
await meter('rows', 'max');
await meter('people', 'unique');
await meter('seats', 'latest');

// Two versions of a rate card, a discount, licenses of units and of money, credits.
const prices = (dyno: string, tokens: string) => [
  {
    key: 'dyno',
    meter: 'dyno',
    match: { size: 'm' },
    description: 'Dynos of size m',
    model: 'per_time',
    amount: dyno,
    perSeconds: '2592000',
    maximum: { amount: dyno, scope: 'slot' },
    lineBy: ['app'],
  },
  { key: 'disk', meter: 'disk', description: 'Disk', model: 'per_time', amount: '0.15', perSeconds: '2592000' },
  {
    key: 'requests',
    meter: 'requests',
    description: 'Requests',
    model: 'graduated',
    included: '20',
    tiers: [
      { upTo: '50', unitAmount: '0.07' },
      { upTo: null, unitAmount: '0.03', flatAmount: '1' },
    ],
  },
  {
    key: 'tokens',
    meter: 'tokens',
    description: 'Tokens',
    model: 'per_unit',
    unitAmount: tokens,
    per: '1000',
    lineBy: ['model'],
  },
  { key: 'rows', meter: 'rows', description: 'Rows', model: 'package', amount: '5', size: '1000' },
  { key: 'people', meter: 'people', description: 'People', model: 'per_unit', unitAmount: '2' },
  { key: 'seats', meter: 'seats', description: 'Seats', model: 'per_unit', unitAmount: '4.5', minimum: '9' },
];
const card = (key: string, currency: string, effectiveFrom: string, list: object[]) =>
  call('POST', `/rate-cards/${key}/versions`, { effectiveFrom, currency, prices: list });
await card('list', 'USD', '2026-07-01T00:00:00Z', prices('25', '2'));
await card('forint', 'HUF', '2026-07-01T00:00:00Z', [
  { key: 'requests', meter: 'requests', description: 'Requests', model: 'per_unit', unitAmount: '12.345' },
]);
await call('PUT', '/accounts/acme/rate-card', { key: 'list', discountPercent: '10' });
await call('PUT', '/accounts/duna/rate-card', { key: 'forint' });
const term = { from: '2026-08-01T04:00:00Z', to: '2027-08-01T04:00:00Z' };
await call('PUT', '/accounts/acme/licenses/dyno-units', {
  product: 'Dyno units',
  quantity: '1',
  unit: 'units',
  measure: 'unit_months',
  weights: { dyno: '1' },
  ...term,
});
await call('PUT', '/accounts/acme/licenses/token-money', {
  product: 'Token money',
  quantity: '3',
  unit: 'USD',
  measure: 'sum',
  weights: { tokens: '1' },
  ...term,
});
await call('POST', '/accounts/acme/credits', { amount: '20', reason: 'Welcome', expiresAt: '2027-08-01T00:00:00Z' });

const sent = async (to: string, events: CloudEvent[]) => {
  const received = lastReceived(await receiptsOf(server.url, keys.get(to) ?? '', events));
  const metered = async () =>
    ((await call('GET', `/accounts/${to}/invoices/current`)) as { meteredThrough: string }).meteredThrough;
  while ((await metered()) < received) await new Promise((done) => setTimeout(done, 100));
};
const finalized = async (of: string, period: string) =>
  (await call('POST', `/accounts/${of}/invoices/${period}/finalize`, {})) as { id: string };
let count = 0;
const event = (what: string, subject: string, time: string, data: object) =>
  cloudEvent({
    type: `kept.${what}`,
    source: '/kept',
    id: `e-${++count}`,
    subject,
    time,
    data: { app: 'shop', ...data },
  });
const monthOf = (month: string): CloudEvent[] => [
  event('dyno', 'shop.web', `${month}-03T12:00:00Z`, { n: 2, size: 'm' }),
  event('dyno', 'shop.web', `${month}-20T06:30:00.250Z`, { n: 1, size: 'm' }),
  event('dyno', 'blog.web', `${month}-10T00:00:00Z`, { app: 'blog', n: 1, size: 'm' }),
  event('disk', 'shop-db', `${month}-05T00:00:00Z`, { n: 12.5 }),
  // More resources than a page shows.
  ...Array.from({ length: 105 }, (_, i) =>
    event('requests', `client/${i}`, `${month}-${String(2 + (i % 25)).padStart(2, '0')}T10:00:00Z`, {
      note: `payload ${i}`,
    }),
  ),
  ...Array.from({ length: 30 }, (_, i) =>
    event('tokens', `job-${i % 4}`, `${month}-${String(2 + (i % 25)).padStart(2, '0')}T11:00:00.123456Z`, {
      n: 101 + i,
      model: i % 3 === 0 ? 'large' : 'small',
    }),
  ),
  ...[800, 2400, 1700].map((n, i) => event('rows', 'shop-db', `${month}-1${i}T00:00:00Z`, { n })),
  ...['ann', 'bob', 'ann', 'eve'].map((n, i) => event('people', 'shop', `${month}-1${i}T08:00:00Z`, { n })),
  ...[3, 5, 4].map((n, i) => event('seats', 'team', `${month}-1${i}T09:00:00Z`, { n })),
];

await clock.set('2026-09-02T12:00:00Z');
await sent(ACME.id, monthOf('2026-08'));
await sent(
  DUNA.id,
  Array.from({ length: 9 }, (_, i) => event('requests', 'web', `2026-08-1${i}T00:00:00Z`, {})),
);
await finalized(ACME.id, '2026-08');
await finalized(DUNA.id, '2026-08');

// In September prices change, a meter and a license get another version.
await clock.set('2026-09-11T12:00:00Z');
await card('list', 'USD', '2026-09-12T00:00:00Z', prices('30', '3'));
await meter('tokens', 'sum', { valuePath: '$.n', dimensions: { ...app, model: '$.model', tier: '$.tier' } });
await call('PUT', '/accounts/acme/licenses/token-money', {
  product: 'Token money',
  quantity: '4',
  unit: 'USD',
  measure: 'sum',
  weights: { tokens: '1' },
  ...term,
});
await clock.set('2026-10-02T12:00:00Z');
await sent(ACME.id, monthOf('2026-09'));
const first = await finalized(ACME.id, '2026-09');

// September is taken back and made again, with an event that had come late; August gets a late one, too.
await clock.set('2026-10-06T12:00:00Z');
await sent(ACME.id, [event('tokens', 'job-late', '2026-09-15T00:00:00Z', { n: 4321, model: 'large' })]);
await call('POST', `/accounts/acme/invoices/${first.id}/void`, { reason: 'A late report' });
await finalized(ACME.id, '2026-09');
await call('POST', '/accounts/acme/credits', { amount: '5.50', reason: 'Outage', expiresAt: '2026-12-01T00:00:00Z' });
await sent(ACME.id, [
  event('requests', 'client/late', '2026-08-20T00:00:00Z', {}),
  event('dyno', 'late.web', '2026-08-21T00:00:00Z', { app: 'late', n: 1, size: 'm' }),
  event('dyno', 'late.web', '2026-08-22T00:00:00Z', { app: 'late', n: 0, size: 'm' }),
]);

// Links on charges that are final, and on one that still moved.
await clock.set('2026-10-20T12:00:00Z');
const tenth = monthOf('2026-10');
const begun = tenth.filter(({ time = '' }) => time < '2026-10-20T12');
await sent(ACME.id, begun);
const lines = async (period: string) =>
  (
    (await call('GET', `/accounts/acme/invoices/${period}`)) as {
      lines: { chargeId: string; priceKey: string; lineValues: Record<string, string> }[];
    }
  ).lines;
const links: string[] = [];
const share = async (chargeId: string, more: object = {}) => {
  const { id, url } = (await call('POST', '/accounts/acme/explanation-links', {
    chargeId,
    expiresIn: '300d',
    ...more,
  })) as { id: string; url: string };
  links.push(new URL(url).pathname);
  return { id, url };
};
const august = await lines('2026-08');
const september = await lines('2026-09');
const october = await lines('current');
const charge = (of: typeof august, key: string) => of.find(({ priceKey }) => priceKey === key)?.chargeId ?? '';
for (const { chargeId } of august) await share(chargeId);
for (const { chargeId } of september) await share(chargeId, { hideNames: true, hidePayloads: true });
for (const { chargeId } of october) await share(chargeId, { note: 'while it moved' });
const revoked = await share(charge(august, 'rows'));
await call('DELETE', `/accounts/acme/explanation-links/${revoked.id}`);
await fetch(`${server.url}${links[0]}`);

// A question by a member, answered and credited; one by a program, with an event named; mails come of them.
const cookie = await cookieOf(server.url, member);
const asked = await fetch(`${server.url}/accounts/acme/questions/new?charge=${charge(september, 'tokens')}`, {
  method: 'POST',
  redirect: 'manual',
  headers: { cookie, origin: server.url },
  body: new URLSearchParams({ text: 'Why so many tokens?' }),
});
const question = new URL(asked.headers.get('location') ?? '', server.url).pathname.split('/').at(-1);
await call('POST', `/accounts/acme/questions/${question}/replies`, {
  text: 'A job ran twice. We give it back.',
  credit: { amount: '1.25' },
});
const [some] = begun.filter(({ type }) => type === 'kept.requests');
const eventRefs = [{ source: '/kept', id: some?.id ?? '' }];
await call('POST', '/accounts/acme/questions', {
  chargeId: charge(october, 'requests'),
  eventRefs,
  text: 'Who is this client?',
});

await clock.set('2026-11-02T12:00:00Z');
await sent(
  ACME.id,
  tenth.filter((each) => !begun.includes(each)),
);
await finalized(ACME.id, '2026-10');
await sent(DUNA.id, [event('requests', 'web', '2026-11-01T12:00:00Z', {})]);
await server.stop();

// The folder as it was left; the answers come from a server that is started on it again.
const kept: Kept = { writtenAt: '2026-11-02T13:00:00Z', accounts: [ACME.id, DUNA.id], links };
const into = (file: string) => fileURLToPath(new URL(`${name}/${file}`, import.meta.url));
execFileSync('mkdir', ['-p', into('.')]);
const tar = execFileSync('tar', ['-C', dataDir, '--sort=name', '-cf', '-', '.'], { maxBuffer: 2 ** 31 });
await writeFile(
  into('data.tar.br'),
  brotliCompressSync(tar, { params: { [constants.BROTLI_PARAM_LARGE_WINDOW]: 1, [constants.BROTLI_PARAM_LGWIN]: 30 } }),
);
await clock.set(kept.writtenAt);
const again = await startServer({ dataDir, env: { ...clock.env, PUBLIC_URL } });
await writeFile(
  into('answers.json'),
  `${JSON.stringify({ kept, answers: await answersOf(again.url, again.operatorKey, kept) }, null, 1)}\n`,
);
await again.stop();
await clock.remove();
await rm(dataDir, { recursive: true });
