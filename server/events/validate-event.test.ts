import { describe, expect, it } from 'vitest';
import { exactJson, parseExact } from './exact-json.ts';
import { validateEvent } from './validate-event.ts';

const at = (text: string) => Date.parse(text) * 1000;
const times = { earliest: at('2025-10-24T08:00:00Z'), latest: at('2026-11-24T09:00:00Z') };
const good = { specversion: '1.0', id: 'e1', source: '/test', type: 'request.served', subject: 'app-1' };

function check(event: unknown) {
  return validateEvent(parseExact(JSON.stringify(event)), exactJson, times);
}
function faultsOf(event: unknown): string[] {
  const checked = check(event);
  return 'faults' in checked ? checked.faults.map(({ pointer, detail }) => `${pointer} ${detail}`) : [];
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('an event', () => {
  it('is taken as it came', () => {
    const sent = { ...good, time: '2026-11-24T08:30:00.000001Z', account: 'acme', region: 'eu', data: { tokens: 5 } };
    expect(check(sent)).toEqual({
      event: {
        id: 'e1',
        source: '/test',
        type: 'request.served',
        subject: 'app-1',
        timeMicros: at('2026-11-24T08:30:00Z') + 1,
        account: 'acme',
        data: { tokens: 5 },
        envelope: JSON.stringify(sent),
      },
    });
  });

  it('without time, account and data is fine', () => {
    expect(check(good)).toMatchObject({ event: { timeMicros: null, account: null, data: {} } });
  });

  it('whose attributes are null is one without them, and kept as it came', () => {
    const sent = { ...good, time: null, account: null, region: null, datacontenttype: null, data_base64: null };
    expect(check(sent)).toMatchObject({
      event: { timeMicros: null, account: null, data: {}, envelope: JSON.stringify(sent) },
    });
    expect(faultsOf({ ...good, data: null })).toEqual(['/data must be a JSON object, or absent']);
    expect(faultsOf({ ...good, specversion: null })).toEqual(['/specversion must be "1.0"']);
    expect(faultsOf({ ...good, Region: null })).toEqual([expect.stringContaining('no CloudEvents attribute name')]);
  });

  it.each([
    [
      '2026-11-24T08:30:60Z',
      'names a leap second, which no clock here has; send the last microsecond before it: :59.999999',
    ],
    ['2026-11-24T24:00:00Z', 'has an hour 24, which RFC 3339 has not; send 00:00:00 of the next day'],
    ['2026-11-24T08:60:00Z', 'must be an RFC 3339 time such as 2026-11-24T08:30:00Z'],
  ])('at %s is refused with the reason', (time, reason) => {
    expect(faultsOf({ ...good, time })).toEqual([`/time ${reason}`]);
  });

  it('keeps every digit it was sent with', () => {
    const text = `${JSON.stringify(good).slice(0, -1)},"data":{"value":0.10000000000000000000000000000000000001}}`;
    expect(validateEvent(parseExact(text), exactJson, times)).toMatchObject({ event: { envelope: text } });
  });

  it.each(['id', 'source', 'type', 'subject'])('needs %s', (name) => {
    const { [name]: _, ...without } = good as Record<string, unknown>;
    expect(faultsOf(without)).toEqual([`/${name} is missing`]);
    expect(faultsOf({ ...good, [name]: '' })).toEqual([`/${name} must not be empty`]);
    expect(faultsOf({ ...good, [name]: 7 })).toEqual([`/${name} must be text`]);
    expect(faultsOf({ ...good, [name]: null })).toEqual([`/${name} is missing`]);
    expect(faultsOf({ ...good, [name]: 'a\nb' })).toEqual([`/${name} must not hold control characters (U+000A)`]);
    expect(faultsOf({ ...good, [name]: 'a\u202eb' })).toEqual([
      `/${name} must not hold characters that nobody sees (U+202E)`,
    ]);
    expect(faultsOf({ ...good, [name]: 'x'.repeat(513) })).toEqual([expect.stringContaining('at most')]);
  });

  it.each<[string, unknown, string]>([
    ['a number', 5, ' must be a CloudEvents object'],
    ['null', null, ' must be a CloudEvents object'],
    ['an array in the batch', [[]], ' must be a CloudEvents object'],
    ['another version', { ...good, specversion: '0.3' }, '/specversion must be "1.0"'],
    ['a version that is a number', { ...good, specversion: 1 }, '/specversion must be "1.0"'],
    ['a time that is none', { ...good, time: 'soon' }, '/time must be an RFC 3339 time such as 2026-11-24T08:30:00Z'],
    ['a time that is a number', { ...good, time: 1 }, '/time must be an RFC 3339 time such as 2026-11-24T08:30:00Z'],
    ['a time in 2099', { ...good, time: '2099-01-01T00:00:00Z' }, '/time is more than an hour in the future'],
    ['a time in 1970', { ...good, time: '1970-01-01T00:00:00Z' }, '/time is more than 13 months ago'],
    ['data that is text', { ...good, data: 'x' }, '/data must be a JSON object, or absent'],
    ['data that is null', { ...good, data: null }, '/data must be a JSON object, or absent'],
    ['data that is an array', { ...good, data: [] }, '/data must be a JSON object, or absent'],
    ['binary data', { ...good, data_base64: 'AA==' }, '/data_base64 is not supported: send data as a JSON object'],
    [
      'an attribute in capitals',
      { ...good, traceParent: 'x' },
      '/traceParent is no CloudEvents attribute name (lower-case letters and digits only)',
    ],
    [
      'an attribute with a slash',
      { ...good, 'a/b': 'x' },
      '/a~1b is no CloudEvents attribute name (lower-case letters and digits only)',
    ],
    ['an attribute that is an object', { ...good, extra: {} }, '/extra must be text, a number or a boolean'],
    ['an account that is a number', { ...good, account: 3 }, '/account must be text'],
    ['deep nesting', { ...good, data: nested(100) }, ' must not be nested deeper than 64 levels'],
    [
      'half a surrogate pair in its id',
      { ...good, id: '\ud800' },
      '/id holds half of a surrogate pair, which is not text',
    ],
    [
      'half a surrogate pair in its data',
      { ...good, data: { a: { b: 'x\udc00' } } },
      '/data/a/b holds half of a surrogate pair, which is not text',
    ],
    [
      'half a surrogate pair in a key',
      { ...good, data: { '\ud800': 1 } },
      '/data holds half of a surrogate pair, which is not text',
    ],
  ])('with %s is refused', (_, event, fault) => expect(faultsOf(event)).toContain(fault));

  it('says everything that is wrong with it at once', () => {
    expect(faultsOf({ specversion: '2', time: 'x', data: 1 })).toHaveLength(7);
  });

  it.each([
    ['an hour ahead', '2026-11-24T09:00:00Z'],
    ['13 months back', '2025-10-24T08:00:00Z'],
  ])('%s is just in time, a microsecond further is not', (_, time) => {
    const micros = at(time) + (at(time) === times.latest ? 1 : -1);
    const beyond = `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 20)}${String(micros % 1_000_000).padStart(6, '0')}Z`;
    expect(faultsOf({ ...good, time })).toEqual([]);
    expect(faultsOf({ ...good, time: beyond })).toHaveLength(1);
  });

  it('may spell an escaped surrogate and whole pairs', () => {
    expect(faultsOf({ ...good, data: { a: '\\ud800', b: '😀' } })).toEqual([]);
  });

  it('may be 64 levels deep', () => {
    expect(faultsOf({ ...good, data: nested(63) })).toEqual([]);
    expect(faultsOf({ ...good, data: nested(64) })).toHaveLength(1);
  });
});
