import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { lastReceived, post, problemOf, receiptsOf } from './support/events/event-door.ts';
import { defineMeters, usageOf } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** In ids, sources, data, cookies: never in a log. */
const MARKER = `marker-${randomUUID()}`;
const COOKIE = `session=cookie-${MARKER}`;

let server: RunningServer;
let operator: Operator;
let account: TestAccount;
let key: string;
const keys: string[] = [];
let running = false;

beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'trace' } });
  running = true;
  operator = new Operator(server);
  await defineMeters(operator);
  await operator.defineMeter('slots', {
    description: 'Slots',
    eventType: 'slot.level',
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.slots',
    dimensions: {},
    unit: 'slot-second',
  });
  account = await operator.createAccount();
  key = await operator.createKey(account);
  keys.push(key, server.operatorKey);
});
afterEach(async () => {
  if (running) expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
afterAll(async () => {
  if (running) await server?.stop();
});

const send = (body: unknown, prefer?: string) =>
  post(server.url, key, body, { headers: { cookie: COOKIE }, ...(prefer !== undefined && { prefer }) });

/** An event as JSON text, `data` as it stands. */
function eventText(data: string, more: Record<string, unknown> = {}): string {
  const { data: _, ...envelope } = cloudEvent({ id: `id-${MARKER}`, source: `/s-${MARKER}`, type: 'app.request' });
  const members = Object.entries({ ...envelope, ...more }).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')},"data":${data}}`;
}

const withValue = (value: string, type = 'app.request', field = 'tokens') =>
  eventText(`{"app":"${MARKER}","${field}":${value}}`, { type });
const good = () => JSON.stringify(cloudEvent({ type: 'app.request', data: { app: 'web', tokens: 1 } }));

/** A good event and a bad one: refused as a whole, with a reason that names the event and the field. */
async function expectRefused(bad: string, pointer: string, reason: RegExp): Promise<void> {
  const answer = await send(`[${good()},${bad}]`);
  expect(answer).toMatchObject({ status: 400 });
  const problem = problemOf(answer);
  expect(problem).toMatchObject({ title: 'Bad Request', status: 400, instance: '/api/v1/events' });
  expect(problem.detail).toContain('Nothing was stored');
  const error = problem.errors?.find((each) => each.pointer === `#/1${pointer}`);
  expect(error, answer.text.slice(0, 2000)).toBeDefined();
  expect(error?.detail).toMatch(/^event 1\b/);
  expect(error?.detail).toMatch(reason);
  const lenient = await send(`[${bad}]`, 'handling=lenient, return=representation');
  expect(lenient.status).toBe(200);
  expect(JSON.parse(lenient.text)).toMatchObject({
    accepted: 0,
    rejected: 1,
    receipts: [{ reason: expect.any(String) }],
  });
  await expectNothingStored();
}

async function expectNothingStored(): Promise<void> {
  expect(await operator.request('GET', `/api/v1/events?accountId=${account.id}`)).toMatchObject({ data: [] });
}

describe('bodies that cannot be read', () => {
  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['half an event', good().slice(0, -1)],
    ['a comma too many', `[${good()},]`],
    ['NaN', withValue('NaN')],
    ['Infinity', withValue('Infinity')],
    ['a leading zero', withValue('012')],
    ['a hexadecimal number', withValue('0x10')],
    ['two events in a row', `${good()}\n${good()}`],
    ['a control character in text', withValue('"\u0001"')],
    ['a byte order mark in UTF-16', Buffer.from(`\ufeff${good()}`, 'utf16le')],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['an exact number and one key twice', withValue('12345678901234567,"tokens":1')],
    ['one key twice', withValue('1,"tokens":1')],
    ['one attribute twice', good().replace('{', '{"id":"other",')],
  ])('%s', async (_, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).detail).toMatch(/^Nothing was stored: .*(valid JSON|UTF-8)/);
    await expectNothingStored();
  });

  it.each([
    ['arrays', '[', ']', 10_000],
    ['objects', '{"a":', '}', 10_000],
    ['arrays', '[', ']', 1_000_000],
    ['objects', '{"a":', '}', 800_000],
  ])('%s nested too deep: %s', async (_, open, close, levels) => {
    const deep = `${open.repeat(levels)}${open === '[' ? '' : '1'}${close.repeat(levels)}`;
    const batch = `[${good()},${eventText(`{"x":${deep}}`)}]`;
    for (const body of [`[[${deep}]]`, batch, eventText(`{"n":1e1,"x":${deep}}`)]) {
      const answer = await send(body);
      expect(answer.status).toBe(400);
      problemOf(answer);
      expect(answer.text).toMatch(/nested (too deeply|deeper)|must be a CloudEvents object/);
    }
    await expectNothingStored();
  });
});

describe('envelopes that are none', () => {
  it.each([
    ['null', 'null'],
    ['a number', '12'],
    ['an exact number', '1.00000000000000000001'],
    ['text', '"event"'],
    ['an array', '[]'],
  ])('%s instead of an event', (_, text) => expectRefused(text, '', /must be a CloudEvents object/));

  it.each(['id', 'source', 'type', 'subject'])('no %s', async (name) => {
    await expectRefused(eventText('{}', { [name]: undefined }), `/${name}`, new RegExp(`/?${name} is missing`));
    await expectRefused(eventText('{}', { [name]: null }), `/${name}`, new RegExp(`/?${name} is missing`));
    await expectRefused(eventText('{}', { [name]: 12 }), `/${name}`, /must be text/);
    await expectRefused(eventText('{}', { [name]: '' }), `/${name}`, /must not be empty/);
    await expectRefused(eventText('{}', { [name]: 'x'.repeat(600) }), `/${name}`, /at most \d+ characters/);
    await expectRefused(eventText('{}', { [name]: 'a\nb' }), `/${name}`, /control characters/);
    await expectRefused(eventText('{}', { [name]: 'a\u0000' }), `/${name}`, /control characters/);
    await expectRefused(eventText('{}', { [name]: 'a\ud83d' }), `/${name}`, /surrogate/);
  });

  it.each([undefined, '0.3', '1.1', 1, null])('specversion %j', (specversion) =>
    expectRefused(eventText('{}', { specversion }), '/specversion', /must be "1.0"/),
  );

  it.each(['Capital', 'with-hyphen', 'with_line', 'with space', '', 'ünicode', 'a/b~c', '__proto__', 'toString'])(
    'an attribute named %j',
    (name) => {
      const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const text = eventText('{}').replace('"data":', `${JSON.stringify(name)}:"x","data":`);
      return expectRefused(text, pointer, /no CloudEvents attribute name/);
    },
  );

  it.each([
    ['an object', { a: 1 }],
    ['an array', [1]],
  ])('an attribute that is %s', (_, value) =>
    expectRefused(eventText('{}', { extra: value }), '/extra', /must be text/),
  );

  it('half a surrogate pair in an attribute and in data', async () => {
    await expectRefused(eventText('{}', { extra: '\udc00' }), '/extra', /surrogate/);
    await expectRefused(eventText('{"a":["ok","\\ud800"]}'), '/data/a/1', /surrogate/);
    await expectRefused(eventText('{"a\\ud800":1}'), '/data', /surrogate/);
    await expectRefused(eventText('{"n":1.0000000000000001,"a":"\\udfff"}'), '/data/a', /surrogate/);
  });

  it.each([
    ['an array', '[]'],
    ['text', '"tokens"'],
    ['a number', '1'],
    ['an exact number', '1.00000000000000000001'],
    ['true', 'true'],
    ['null', 'null'],
  ])('data that is %s', (_, data) => expectRefused(eventText(data), '/data', /must be a JSON object, or absent/));

  it('data in base64', () =>
    expectRefused(eventText('{}', { data_base64: 'eyJ9' }), '/data_base64', /send data as a JSON object/));
});

describe('times', () => {
  const soon = new Date(Date.now() + 2 * 3_600_000).toISOString();
  it.each([
    ['in 2099', '2099-01-01T00:00:00Z', /more than an hour in the future/],
    ['in two hours', soon, /more than an hour in the future/],
    ['in 1970', '1970-01-01T00:00:00Z', /more than 13 months ago/],
    ['in year 1', '0001-01-01T00:00:00Z', /RFC 3339|13 months/],
    ['in year 9999', '9999-12-31T23:59:59Z', /future/],
    ['without a zone', '2026-11-23T10:00:00', /RFC 3339/],
    ['without seconds', '2026-11-23T10:00Z', /RFC 3339/],
    ['with a date only', '2026-11-23', /RFC 3339/],
    ['on 30 February', '2026-02-30T10:00:00Z', /RFC 3339/],
    ['at 25 o’clock', '2026-11-23T25:00:00Z', /RFC 3339/],
    ['with a zone that is none', '2026-11-23T10:00:00+25:00', /RFC 3339/],
    ['in words', 'yesterday', /RFC 3339/],
    ['as text of a number', '1795500000', /RFC 3339/],
    ['as a number', 1_795_500_000, /RFC 3339/],
    ['in a leap second', '2026-11-23T23:59:60Z', /leap second/],
    ['at 24 o’clock', '2026-11-23T24:00:00Z', /hour 24/],
    ['empty', '', /RFC 3339/],
  ])('%s', (_, time, reason) => expectRefused(eventText('{"app":"a","tokens":1}', { time }), '/time', reason));
});

describe('values that are no number', () => {
  const forty = '1234567890'.repeat(4);
  it.each([
    ['null', /not null/],
    ['true', /not true/],
    ['"12abc"', /not "12abc"/],
    ['"NaN"', /not "NaN"/],
    ['"Infinity"', /not "Infinity"/],
    ['""', /not ""/],
    ['" 12"', /not " 12"/],
    ['"1,5"', /not "1,5"/],
    ['"0x10"', /not "0x10"/],
    ['{}', /not an object/],
    ['[1]', /not an array/],
    ['1e400', /must be below 10\^18/],
    ['-1e400', /must be below 10\^18/],
    ['"1e400"', /must be below 10\^18/],
    ['1e99999999999', /must be/],
    ['1e-13', /at most 12 decimals/],
    ['0.1234567890123', /at most 12 decimals/],
    [forty, /must be below 10\^18/],
    [`"${forty}"`, /must be below 10\^18/],
    [`0.${forty}`, /at most 12 decimals/],
    ['1000000000000000000', /must be below 10\^18/],
  ])('%s', (value, reason) => expectRefused(withValue(value), '/data/tokens', reason));

  it('none at all, and none of its own', async () => {
    await expectRefused(eventText('{"app":"a"}'), '/data/tokens', /is missing/);
    await expectRefused(eventText('{"__proto__":{"tokens":1}}'), '/data/tokens', /is missing/);
    await expectRefused(eventText('{"__proto__":{"tokens":1},"n":1e1}'), '/data/tokens', /is missing/);
    const { data: _, ...noData } = JSON.parse(eventText('{}'));
    await expectRefused(JSON.stringify(noData), '/data/tokens', /is missing/);
  });

  it.each([
    ['disk.level', 'gigabytes', '-1', /must not be negative/],
    ['disk.level', 'gigabytes', '"-0.5"', /must not be negative/],
    ['slot.level', 'slots', '-1', /must not be negative/],
    ['slot.level', 'slots', '1.5', /whole number of slots/],
    ['slot.level', 'slots', '"2.000000000001"', /whole number of slots/],
    ['slot.level', 'slots', '10001', /at most 10000/],
    ['slot.level', 'slots', '1e17', /at most 10000/],
  ])('%s with %s of %s', (type, field, value, reason) =>
    expectRefused(withValue(value, type, field), `/data/${field}`, reason),
  );

  it('dimensions that are no value', async () => {
    await expectRefused(
      eventText('{"app":{"name":"a"},"tokens":1}'),
      '/data/app',
      /must be text, a number or a boolean/,
    );
    await expectRefused(eventText('{"app":["a"],"tokens":1}'), '/data/app', /must be text, a number or a boolean/);
    await expectRefused(eventText(`{"app":"${'x'.repeat(300)}","tokens":1}`), '/data/app', /at most 256/);
    await expectRefused(eventText('{"app":"a\\u0000b","tokens":1}'), '/data/app', /control characters \(U\+0000\)/);
    await expectRefused(eventText('{"app":"a\\nb","tokens":1}'), '/data/app', /control characters/);
    await expectRefused(eventText('{"app":"a\\u202eb","tokens":1}'), '/data/app', /nobody sees/);
  });
});

describe('questions that cannot be answered', () => {
  const ask = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${server.operatorKey}` },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const query = (parameters: string) => ask(`/api/v1/meters/tokens/query?accountId=${account.id}&${parameters}`);

  it('an unknown meter is 404 and named', async () => {
    const answer = await ask(`/api/v1/meters/nothing/query?accountId=${account.id}`);
    expect(answer.status).toBe(404);
    expect(problemOf(answer).detail).toContain('nothing');
  });

  it.each([
    ['from', 'from=yesterday', '?from'],
    ['from', 'from=2026-11-01', '?from'],
    ['to', 'to=2026-11-01T00:00:00', '?to'],
    ['from', 'from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', '?from'],
    ['windowSize', 'windowSize=WEEK', '?windowSize'],
    ['windowTimeZone', 'windowSize=DAY&windowTimeZone=Mars/Phobos', '?windowTimeZone'],
    ['windowTimeZone', 'windowSize=DAY&windowTimeZone=%2B01:00', '?windowTimeZone'],
    ['windowTimeZone', 'windowSize=DAY&windowTimeZone=%27;drop', '?windowTimeZone'],
    ['flavour', 'groupBy=flavour', '?groupBy'],
    ['flavour', 'filterGroupBy[flavour]=sweet', '?filterGroupBy.flavour'],
    ['windows', 'from=2025-01-01T00:00:00Z&to=2026-11-01T00:00:00Z&windowSize=MINUTE', '?windowSize'],
  ])('a bad %s is 400 and named: %s', async (name, parameters, pointer) => {
    const answer = await query(parameters);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(name);
    expect(problemOf(answer).errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each(['from=2026-11-02T00:00:00Z', 'windowSize=DAY'])('names a parameter that comes twice: %s', async (twice) => {
    const answer = await query(`${twice}&${twice}`);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(twice.split('=')[0]);
  });
});

// Last, because the tests above look for an empty account.
describe('input that is unusual and right', () => {
  it('numbers in text, signs, exponents and every digit count exactly', async () => {
    const values = [
      '"12"',
      '1e2',
      '"1E+2"',
      '-5',
      '0',
      '-0',
      '0.123456789012',
      '123456789012345678',
      '"0.000000000001"',
    ];
    const events = values.map((value, i) => withValue(value).replace(`id-${MARKER}`, `value-${i}`));
    const receipts = await receiptsOf(server.url, key, `[${events.join(',')}]`);
    expect(receipts).toMatchObject({ accepted: values.length });
    expect(await usageOf(operator, account, lastReceived(receipts))).toMatchObject({
      requests: String(values.length),
      tokens: '123456789012345885.123456789013',
    });
  });

  it('keeps every digit of what no meter reads, unknown keys and __proto__ among them', async () => {
    const data = `{"app":"${MARKER}","tokens":1,"other":12345678901234567890,"precise":0.12345678901234567890123,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`;
    expect(await send(eventText(data, { id: 'kept' }))).toMatchObject({ status: 204 });
    const source = encodeURIComponent(`/s-${MARKER}`);
    const found = await operator.request(
      'GET',
      `/api/v1/events/lookup?accountId=${account.id}&source=${source}&id=kept`,
    );
    const { raw } = found as { raw: string };
    expect(raw).toContain('"other":12345678901234567890');
    expect(raw).toContain('"precise":0.12345678901234567890123');
    expect(raw).toContain('"__proto__":{"polluted":true}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([
    ['text in every script, emoji included', { subject: 'Ünï→日本🦄', id: 'ид-1' }],
    ['extension attributes of every type, null for none', { traceid: 'abc', count: 12, sampled: true, unset: null }],
    ['attributes of every kind that are null', { time: null, account: null, dataschema: null }],
    ['control characters in data that no meter reads', { data: { app: 'web', tokens: 1, log: 'a\n\u0000' } }],
    ['the earliest time', { time: new Date(Date.now() - 390 * 86_400_000).toISOString() }],
    ['a time within the next hour', { time: new Date(Date.now() + 1_800_000).toISOString() }],
    ['lower-case t and z, picoseconds', { time: '2026-11-23t10:00:00.123456789012z' }],
    ['an offset', { time: '2026-11-23T10:00:00-11:30' }],
    ['ids of 256 characters', { id: 'i'.repeat(256) }],
  ])('%s', async (_, more) => {
    const event = { ...cloudEvent({ type: 'app.request', data: { app: 'web', tokens: 1 } }), ...more } as CloudEvent;
    expect(await receiptsOf(server.url, key, [event])).toMatchObject({ accepted: 1 });
    expect(await receiptsOf(server.url, key, [event])).toMatchObject({ duplicates: 1 });
  });

  it('data nested 60 deep', async () => {
    const data = `{"app":"a","tokens":1,"x":${'['.repeat(60)}${']'.repeat(60)}}`;
    expect(await send(eventText(data, { id: 'deep' }))).toMatchObject({ status: 204 });
  });
});

describe('the log', () => {
  it('has lines, and no key, cookie or event in them', async () => {
    await post(server.url, `pb_${MARKER}`, eventText('{}'), { headers: { cookie: COOKIE } });
    await post(server.url, null, eventText('{}'), { headers: { cookie: COOKIE } });
    await fetch(`${server.url}/api/v1/events/lookup?source=${MARKER}&id=${MARKER}`, {
      headers: { authorization: `Bearer ${key}`, cookie: COOKIE },
    });
    running = false;
    await server.stop();
    const logs = server.logs();
    expect(logs).toContain('/api/v1/events');
    expect(logs).not.toContain(MARKER);
    for (const secret of keys) expect(logs.includes(secret)).toBe(false);
    expect(logs).not.toMatch(/"level":(50|60)/);
  });
});
