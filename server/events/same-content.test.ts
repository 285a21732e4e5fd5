import { describe, expect, it } from 'vitest';
import { sameContent } from './same-content.ts';

const event = (attributes: Record<string, unknown>) => JSON.stringify({ id: 'e1', data: { v: 1 }, ...attributes });
const TIME = '2026-11-24T08:30:00Z';

describe('data', () => {
  it.each([
    ['{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['{"a":1}', '{ "a" : 1.0 }'],
    ['{"a":1e3}', '{"a":1000}'],
    ['{"a":{"x":[1,2],"y":null}}', '{"a":{"y":null,"x":[1,2]}}'],
    ['{"a":"é"}', '{"a":"\\u00e9"}'],
    ['{"a":0.10000000000000000000000000001}', '{"a":0.100000000000000000000000000010}'],
    ['{"a":-0}', '{"a":0}'],
  ])('%s and %s say the same', (one, other) => {
    expect(sameContent(`{"data":${one}}`, `{"data":${other}}`)).toBe(true);
    expect(sameContent(`{"data":${other}}`, `{"data":${one}}`)).toBe(true);
  });

  it.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":1}', '{"a":true}'],
    ['{"a":null}', '{}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":[]}', '{"a":{}}'],
    ['{"a":9007199254740993}', '{"a":9007199254740992}'],
    ['{"a":0.10000000000000000000000000001}', '{"a":0.1}'],
    ['{"a":"1,\\"b\\":2"}', '{"a":"1","b":"2"}'],
    ['{"time":"2026-11-24T08:30:00Z"}', '{"time":"2026-11-24T08:30:00.0Z"}'],
    ['{"traceparent":"a"}', '{"traceparent":"b"}'],
  ])('%s and %s differ', (one, other) => {
    expect(sameContent(`{"data":${one}}`, `{"data":${other}}`)).toBe(false);
    expect(sameContent(`{"data":${other}}`, `{"data":${one}}`)).toBe(false);
  });
});

describe('an event is the same', () => {
  it.each([
    ['2026-11-24T08:30:00+00:00'],
    ['2026-11-24T08:30:00-00:00'],
    ['2026-11-24t08:30:00z'],
    ['2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00.000000000000Z'],
    ['2026-11-24T14:15:00+05:45'],
    ['2026-11-23T21:00:00.0-11:30'],
  ])('at %s', (time) => {
    expect(sameContent(event({ time: TIME }), event({ time }))).toBe(true);
  });

  it.each([
    ['with a trace of its delivery', { traceparent: '00-ab-cd-01', tracestate: 'a=b' }, {}],
    ['with another trace', { traceparent: '00-ab-cd-01' }, { traceparent: '00-ef-gh-00' }],
    ['with an attribute that is null', { region: null }, {}],
    ['with its account named', { account: 'acme' }, {}],
    ['with the type of its data said', { datacontenttype: 'application/json; charset=utf-8' }, {}],
    [
      'with attributes as text, as binary mode sends them',
      { count: 12, sampled: true },
      { count: '12', sampled: 'true' },
    ],
  ])('%s', (_, one, other) => {
    expect(sameContent(event(one), event(other))).toBe(true);
    expect(sameContent(event(other), event(one))).toBe(true);
  });
});

describe('an event is another', () => {
  it.each([
    ['a second later', { time: '2026-11-24T08:30:01Z' }, { time: TIME }],
    ['a picosecond later', { time: '2026-11-24T08:30:00.000000000001Z' }, { time: TIME }],
    ['at the same hour of another zone', { time: '2026-11-24T08:30:00+01:00' }, { time: TIME }],
    ['at no time of its own', {}, { time: TIME }],
    ['of another type', { type: 'a' }, { type: 'b' }],
    ['with another attribute', { region: 'eu' }, { region: 'us' }],
    ['with an attribute more', { region: 'eu' }, {}],
    ['with data of another type', { datacontenttype: 'application/cbor' }, {}],
    ['without data', { data: undefined }, {}],
  ])('%s', (_, one, other) => {
    expect(sameContent(event(one), event(other))).toBe(false);
    expect(sameContent(event(other), event(one))).toBe(false);
  });
});
