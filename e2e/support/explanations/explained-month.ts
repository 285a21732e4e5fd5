import { seededRandom } from '../../../server/testing/seeded-random.ts';
import { lastReceived, receiptsOf } from '../events/event-door.ts';
import type { Operator, TestAccount } from '../people/operator.ts';
import { explainedPrices, PRICED } from './explained-prices.ts';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
/** Where days begin at a quarter past the hour. */
const TIME_ZONE = 'Asia/Kathmandu';
const AHEAD = 5 * HOUR + 45 * 60 * SECOND;
const RESOURCES = ['web.1', 'shop/größe 3', "o'clock\\東京"];
const APPS = ['shop', 'blog', ''];

/** An event as it was sent; `time` in microseconds. */
export interface SentEvent {
  type: 'work.done' | 'work.scaled' | 'work.stored';
  source: string;
  id: string;
  subject: string;
  time: number;
  data: { shape: string; app: string; n?: string; who?: string; level?: string };
}

/** A month that is over and still a draft, so that nothing moves while it is read. Microseconds. */
export interface ExplainedMonth {
  account: TestAccount;
  key: string;
  from: number;
  to: number;
  /** The instant at which the second version of the prices begins. */
  changed: number;
  sent: SentEvent[];
  receivedAt: string;
}

export interface MonthWanted {
  seed: number;
  /** Events for each shape of a price. */
  counted: number;
  levels: number;
}

/** The month before last of an account that has charges of every kind, with events at every kind of instant. */
export async function explainedMonth(
  operator: Operator,
  url: string,
  now: Date,
  wanted: MonthWanted,
): Promise<ExplainedMonth> {
  const start = (months: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1) * 1000 - AHEAD;
  const [from, to] = [start(-2), start(-1)];
  const changed = from + 12 * DAY + 7 * HOUR + 20 * 60 * SECOND + 30.5 * SECOND;
  const card = `explained-${wanted.seed}`;
  await defineMeters(operator);
  for (const [version, at] of [
    ['first', from - 40 * DAY],
    ['second', changed],
  ] as const) {
    const body = {
      effectiveFrom: new Date(at / 1000).toISOString(),
      currency: 'USD',
      prices: explainedPrices(version),
    };
    await operator.request('POST', `/api/v1/rate-cards/${card}/versions`, body);
  }
  const account = await operator.createAccount({ timeZone: TIME_ZONE });
  const under = `/api/v1/accounts/${account.id}`;
  await operator.request('PUT', `${under}/rate-card`, { key: card, discountPercent: '12.5' });
  for (const license of licenses(from, changed)) {
    const { id, ...body } = license;
    await operator.request('PUT', `${under}/licenses/${id}`, body);
  }
  const sent = eventsOf({ from, to, changed }, wanted);
  const key = await operator.createKey(account);
  let receivedAt = '';
  for (let at = 0; at < sent.length; at += 1_000) {
    receivedAt = lastReceived(await receiptsOf(url, key, sent.slice(at, at + 1_000).map(envelope)));
  }
  const period = new Date((from + AHEAD) / 1000).toISOString().slice(0, 7);
  return { account, key: period, from, to, changed, sent, receivedAt };
}

/** RFC 3339 with microseconds. */
function instantText(micros: number): string {
  const fraction = String(micros % SECOND).padStart(6, '0');
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** The event as a program would send it. */
function envelope({ time, ...event }: SentEvent): object {
  return { specversion: '1.0', ...event, time: instantText(time) };
}

async function defineMeters(operator: Operator): Promise<void> {
  const dimensions = { shape: '$.shape', app: '$.app' };
  const common = { eventType: 'work.done', dimensions };
  const meters: Record<string, object> = {
    count: { ...common, aggregation: 'count', unit: 'pieces' },
    sum: { ...common, aggregation: 'sum', valuePath: '$.n', unit: 'units' },
    max: { ...common, aggregation: 'max', valuePath: '$.n', unit: 'rows' },
    unique: { ...common, aggregation: 'unique', valuePath: '$.who', unit: 'people' },
    latest: { ...common, aggregation: 'latest', valuePath: '$.n', unit: 'seats' },
    slots: {
      ...{ eventType: 'work.scaled', dimensions, aggregation: 'time_weighted', levels: 'slots' },
      ...{ valuePath: '$.level', unit: 'slot-seconds' },
    },
    amount: {
      ...{ eventType: 'work.stored', dimensions, aggregation: 'time_weighted', levels: 'amount' },
      ...{ valuePath: '$.level', unit: 'GB-seconds' },
    },
  };
  for (const [key, definition] of Object.entries(meters)) {
    await operator.defineMeter(key, { description: `Work by ${key}`, ...definition });
  }
}

/** In units that run out in the middle, of so many at a time shared by two charges, and in money. */
function licenses(from: number, changed: number): ({ id: string } & Record<string, unknown>)[] {
  const iso = (micros: number) => new Date(micros / 1000).toISOString();
  const term = { from: iso(from - 400 * DAY), to: iso(from + 400 * DAY) };
  const both = (meter: string, shape: string, weight = '1') => ({
    [`${meter}.${shape}`]: '1',
    [`${meter}.${shape}-by-app`]: weight,
  });
  const units = (meter: string, quantity: string, measure: string, more: object = {}) => ({
    ...{ id: `of-${meter}`, product: `Prepaid ${meter}`, quantity, unit: 'units', measure },
    ...{ weights: both(meter, 'licensed'), ...term, ...more },
  });
  return [
    units('count', '30', 'sum'),
    units('sum', '600', 'sum', { weights: { ...both('sum', 'licensed', '2.5'), 'sum.percentage-licensed': '0.7' } }),
    units('max', '40', 'max'),
    units('unique', '9', 'max', { from: iso(changed - DAY) }),
    units('latest', '31.5', 'sum', { to: iso(changed + 3 * HOUR) }),
    units('slots', '1.7', 'unit_months', { weights: both('slots', 'licensed', '0.28') }),
    units('amount', '2.25', 'unit_months', { weights: both('amount', 'licensed', '3') }),
    { ...units('slots', '2', 'max', { weights: both('slots', 'at-once') }), id: 'slots-at-once', product: 'At once' },
    {
      ...units('amount', '4.5', 'max', { weights: both('amount', 'at-once', '2') }),
      ...{ id: 'amounts-at-once', product: 'Amounts at once' },
    },
    ...Object.keys(PRICED).map((meter) => ({
      ...{ id: `money-${meter}`, product: `Credit for ${meter}`, quantity: '7.5', unit: 'USD', measure: 'sum' },
      weights: {
        [`${meter}.paid`]: '1',
        ...(meter in { slots: 0, amount: 0 } ? {} : { [`${meter}.paid-volume`]: '1' }),
      },
      ...term,
    })),
  ];
}

/** In the order in which they are sent, which is not that in which they happened: many are late. */
function eventsOf(
  { from, to, changed }: { from: number; to: number; changed: number },
  { seed, counted, levels }: MonthWanted,
): SentEvent[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const anywhere = () => from + below((to - from) / SECOND) * SECOND + below(SECOND);
  const busy = from + 3 * DAY + 5 * HOUR;
  const moments = [
    ...[from, from + 1, from - 1, to, to - 1, changed, changed - 1, changed + 1, from + 5 * HOUR, from + 2 * DAY],
    ...Array.from({ length: 40 }, anywhere),
    // One busy hour, and one busy second.
    ...Array.from({ length: 20 }, () => busy + below(HOUR)),
    ...Array.from({ length: 4 }, () => busy + 2 * HOUR + below(1000)),
  ];
  const time = () => (below(3) === 0 ? anywhere() : oneOf(moments));
  const sent: SentEvent[] = [];
  const event = (type: SentEvent['type'], shape: string, data: Partial<SentEvent['data']>) => {
    const id = `${below(1_000_000).toString(36)}-${sent.length}`;
    const [subject, app] = [oneOf(RESOURCES), oneOf(APPS)];
    sent.push({ type, source: oneOf(['/a', '/b/c']), id, subject, time: time(), data: { shape, app, ...data } });
  };
  const quantity = (shape: string) => {
    const size = [below(4), below(30), below(300) / 8, below(1000) / 1000][below(4)] as number;
    return String(shape.startsWith('returned') && below(3) === 0 ? -size : size);
  };
  for (const shape of new Set(['count', 'sum'].flatMap((meter) => PRICED[meter] ?? []))) {
    for (let i = 0; i < counted; i++) {
      event('work.done', shape, { n: quantity(shape), who: `person ${below(25)}` });
    }
  }
  for (const [type, shapes] of [
    ['work.scaled', PRICED.slots ?? []],
    ['work.stored', PRICED.amount ?? []],
  ] as const) {
    for (const shape of shapes) {
      for (let i = 0; i < levels; i++) {
        event(type, shape, { level: type === 'work.scaled' ? String(below(4)) : String(below(40) / 8) });
        // A resource is at one level: each shape has its own.
        const last = sent.at(-1) as SentEvent;
        last.subject = `${last.subject} of ${shape}`;
        last.data.app = APPS[RESOURCES.findIndex((name) => last.subject.startsWith(name)) % APPS.length] ?? '';
      }
    }
  }
  for (let i = sent.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [sent[i], sent[j]] = [sent[j] as SentEvent, sent[i] as SentEvent];
  }
  return sent;
}
