import type { InvoiceView } from '../../server/billing/invoice.types.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { pricedMonth } from '../support/invoices/priced-month.ts';
import { Operator, type TestAccount, type TestUser } from '../support/people/operator.ts';
import { cookieOf } from '../support/people/session.ts';
import type { RunningServer } from '../support/servers/server.ts';

/** Whoever asks, by the headers that say so. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
}

export interface KnownCharge {
  id: string;
  resources: string[];
}

/** What there is in an account to ask about. */
export interface Place {
  account: TestAccount;
  charges: KnownCharge[];
  /** Charges for what came after an invoice was final. */
  corrections: string[];
  invoices: string[];
  events: { source: string; id: string; type: string; subject: string }[];
  links: string[];
  questions: string[];
  keys: string[];
  /** Of its months: `2026-11`. */
  periods: string[];
}

export interface KnownMeter {
  key: string;
  eventType: string;
  dimensions: string[];
}

/** Accounts, people and what belongs to them, made before anything is asked wrongly. */
export interface World {
  /** Only read, so that there is always something to be read. */
  kept: Place;
  /** Read and written to. */
  played: Place;
  /** Nobody of the callers but the operator's and support's sees it. */
  foreign: Place;
  meters: KnownMeter[];
  cards: string[];
  /** Of links that nobody takes back, with and without names. */
  tokens: string[];
  callers: Record<'operator' | 'read' | 'ingest' | 'readAll' | 'ingestAll', Caller[]> & {
    people: Record<'customer' | 'member' | 'stranger' | 'support' | 'operatorPerson', Caller>;
  };
  /** Of whom nothing else depends on: they sign in and out. */
  visitors: TestUser[];
}

/** What a license and teams are called, wherever there are some. */
export const NAMES = { team: 'team-1', app: 'shop', license: 'mails', card: 'priced-month' };
const DAY_MS = 86_400_000;

/** Fills an empty server. */
export async function makeWorld(server: Pick<RunningServer, 'url' | 'operatorKey'>, now: Date): Promise<World> {
  const operator = new Operator(server);
  const { account: kept } = await pricedMonth(operator, server.url, now);
  const played = await operator.createAccount({ name: 'Played & Co', taxPercent: '19' });
  const foreign = await operator.createAccount({ name: 'Foreign Ltd' });
  for (const account of [kept, played, foreign]) await furnish(operator, server.url, account, now);

  const people = {
    customer: await operator.createUser([kept, played]),
    member: await operator.createUser([kept, played], { role: 'member' }),
    stranger: await operator.createUser([foreign]),
    support: await operator.createUser([], { platformRole: 'support' }),
    operatorPerson: await operator.createUser([], { platformRole: 'operator' }),
  };
  const visitors = [await operator.createUser([played]), await operator.createUser([played, foreign])];
  const signedIn = async (name: keyof typeof people): Promise<Caller> => ({
    name,
    headers: { cookie: await cookieOf(server.url, people[name]), origin: server.url },
  });
  const keyed = (name: string, secret: string): Caller => ({ name, headers: { authorization: `Bearer ${secret}` } });
  const keyForAll = async (role: string) => {
    const { secret } = (await operator.request('POST', '/api/v1/keys', { role, label: 'test' })) as { secret: string };
    return keyed(`${role} key of all`, secret);
  };
  const keysOf = async (role: 'read' | 'ingest') => [
    keyed(`${role} key of kept`, await operator.createKey(kept, role)),
    keyed(`${role} key of played`, await operator.createKey(played, role)),
  ];
  const { cards, meters } = await catalog(operator);
  return {
    kept: await lookAround(operator, kept),
    played: await lookAround(operator, played),
    foreign: await lookAround(operator, foreign),
    meters,
    cards,
    tokens: await shared(operator, kept),
    callers: {
      operator: [await keyForAll('operator'), await keyForAll('operator'), await keyForAll('operator')],
      read: await keysOf('read'),
      ingest: await keysOf('ingest'),
      readAll: [await keyForAll('read')],
      ingestAll: [await keyForAll('ingest')],
      people: {
        customer: await signedIn('customer'),
        member: await signedIn('member'),
        stranger: await signedIn('stranger'),
        support: await signedIn('support'),
        operatorPerson: await signedIn('operatorPerson'),
      },
    },
    visitors,
  };
}

/** A team, an app, a license of which the team has a part, a credit, and usage of two months, of which the first is final. */
async function furnish(operator: Operator, url: string, account: TestAccount, now: Date): Promise<void> {
  const under = `/api/v1/accounts/${account.id}`;
  const put = (path: string, body: object) => operator.request('PUT', `${under}${path}`, body);
  await put('/rate-card', { key: NAMES.card });
  await put(`/teams/${NAMES.team}`, { name: 'Team' });
  await put(`/apps/${NAMES.app}`, { name: 'Shop', teamId: NAMES.team });
  await put(`/licenses/${NAMES.license}`, {
    ...{ product: 'Mails a month', quantity: '1000', unit: 'mails', measure: 'sum', weights: { mails: '1' } },
    ...{ from: '2025-01-01T00:00:00Z', to: '2035-01-01T00:00:00Z' },
  });
  await put(`/licenses/${NAMES.license}/allocations/${NAMES.team}`, { quantity: '10' });
  await operator.request('POST', `${under}/credits`, { amount: '2.50', reason: 'Welcome' });
  const key = await operator.createKey(account);
  const begin = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 1);
  const events = [0, 1, 2, 3, 20, 21, 22].flatMap((day) => {
    const time = new Date(begin + day * DAY_MS + 3_600_000 * day).toISOString();
    return ['shop', 'blog', 'a/b c', '..'].flatMap((app) => [
      cloudEvent({ type: 'mail.sent', subject: app, time, data: { app, count: 100 + day } }),
      cloudEvent({ type: 'request', subject: app, time, data: { app, count: 50 * day } }),
      cloudEvent({ type: 'inference', subject: app, time, data: { model: 'large', count: 1_000 + day } }),
      cloudEvent({ type: 'formation', subject: app, time, data: { app, size: 'standard', quantity: day % 3 } }),
    ]);
  });
  const received = lastReceived(await receiptsOf(url, key, events));
  const month = new Date(begin).toISOString().slice(0, 7);
  await untilMetered(operator, account, received);
  await operator.request('POST', `${under}/invoices/${month}/finalize`);
  const late = cloudEvent({ type: 'mail.sent', subject: 'shop', time: new Date(begin + DAY_MS).toISOString() });
  const corrected = await receiptsOf(url, key, [{ ...late, data: { app: 'shop', count: 5_000 } }]);
  await untilMetered(operator, account, lastReceived(corrected));
}

async function untilMetered(operator: Operator, { id }: TestAccount, received: string): Promise<void> {
  const path = `/api/v1/meters/mails/query?accountId=${id}`;
  for (;;) {
    const { meteredThrough } = (await operator.request('GET', path)) as { meteredThrough: string };
    if (meteredThrough >= received) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function catalog(operator: Operator): Promise<{ meters: KnownMeter[]; cards: string[] }> {
  const { data } = (await operator.request('GET', '/api/v1/meters')) as {
    data: { key: string; eventType: string; dimensions: Record<string, string> }[];
  };
  const meters = data.map((meter) => ({ ...meter, dimensions: Object.keys(meter.dimensions) }));
  return { meters, cards: [NAMES.card] };
}

/** Everything of an account that has a name, as the API tells it. */
async function lookAround(operator: Operator, account: TestAccount): Promise<Place> {
  const under = `/api/v1/accounts/${account.id}`;
  const get = async <Answer>(path: string) => (await operator.request('GET', path)) as Answer;
  const list = async <Item>(path: string) => (await get<{ data: Item[] }>(path)).data;
  const invoices = await list<{ id: string; period: { key: string } }>(`${under}/invoices`);
  const charges: KnownCharge[] = [];
  const corrections: string[] = [];
  for (const { id } of invoices) {
    const { lines } = await get<InvoiceView>(`${under}/invoices/${id}`);
    for (const { chargeId, corrects } of lines) {
      if (corrects !== undefined) {
        corrections.push(chargeId);
        continue;
      }
      const { resources } = await get<{ resources: { resource: string }[] }>(
        `${under}/charges/${encodeURIComponent(chargeId)}/explanation`,
      );
      charges.push({ id: chargeId, resources: resources.map(({ resource }) => resource) });
    }
  }
  const create = async (path: string, body: object) =>
    ((await operator.request('POST', `${under}${path}`, body)) as { id: string }).id;
  const asked = charges.slice(0, 3);
  const ask = ({ id: chargeId }: KnownCharge) => create('/questions', { chargeId, text: 'Why?' });
  const link = ({ id: chargeId }: KnownCharge) => create('/explanation-links', { chargeId });
  const events = await list<{ event: Place['events'][number] }>(`/api/v1/events?accountId=${account.id}&limit=50`);
  return {
    account,
    charges,
    corrections,
    invoices: ['current', ...invoices.flatMap(({ id, period }) => [id, period.key])],
    events: events.map(({ event: { source, id, type, subject } }) => ({ source, id, type, subject })),
    questions: await inTurn(asked, ask),
    links: await inTurn(asked, link),
    keys: [await create('/keys', { role: 'read', label: 'to be revoked' })],
    periods: [...new Set(invoices.map(({ period }) => period.key))],
  };
}

/** Links to a final, a running and an ended charge, each with everything and without names. @returns their tokens */
async function shared(operator: Operator, { id }: TestAccount): Promise<string[]> {
  const invoices = (await operator.request('GET', `/api/v1/accounts/${id}/invoices`)) as { data: { id: string }[] };
  const tokens: string[] = [];
  for (const invoice of invoices.data) {
    const { lines } = (await operator.request('GET', `/api/v1/accounts/${id}/invoices/${invoice.id}`)) as InvoiceView;
    for (const { chargeId } of lines.slice(0, 2)) {
      for (const hidden of [false, true]) {
        const body = { chargeId, hideNames: hidden, hidePayloads: hidden };
        const { url } = (await operator.request('POST', `/api/v1/accounts/${id}/explanation-links`, body)) as {
          url: string;
        };
        tokens.push(url.split('/').at(-1) ?? '');
      }
    }
  }
  return tokens;
}

async function inTurn<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}
