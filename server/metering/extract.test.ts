import { describe, expect, it } from 'vitest';
import type { MeterDefinition } from '../domain/meter.ts';
import { parseEnvelope } from '../events/body.ts';
import { compileMeter, extract, unfitTexts } from './extract.ts';

const meter = (more: Partial<MeterDefinition>) =>
  compileMeter({
    key: 'm',
    version: 3,
    createdAt: '2026-11-24T00:00:00.000Z',
    description: '',
    eventType: 't',
    aggregation: 'sum',
    valuePath: '$.value',
    dimensions: {},
    unit: 'things',
    ...more,
  });
const read = (data: string, more: Partial<MeterDefinition> = {}) =>
  extract([meter(more)], { type: 't', time: 0, data: parseEnvelope(data) });

describe('a value', () => {
  it.each<[Partial<MeterDefinition>, string, string]>([
    [{}, '{"value":"1.50"}', '1.5'],
    [{}, '{"value":-2}', '-2'],
    [{}, '{"value":0.123456789012}', '0.123456789012'],
    [{}, '{"value":123456789012345678.123456789012}', '123456789012345678.123456789012'],
    [{ valuePath: '$.a.b' }, '{"a":{"b":7}}', '7'],
    [{ aggregation: 'count', valuePath: undefined }, '{}', '1'],
    [{ aggregation: 'time_weighted', levels: 'slots' }, '{"value":10000}', '10000'],
    [{ aggregation: 'time_weighted', levels: 'slots' }, '{"value":"2.0"}', '2'],
    [{ aggregation: 'time_weighted', levels: 'amount' }, '{"value":0.5}', '0.5'],
  ])('%j reads %s as %s', (more, data, value) => {
    expect(read(data, more)).toEqual({
      extracted: [{ meter: 'm', meterVersion: 3, dimensions: [], value, textValue: '' }],
      faults: [],
    });
  });

  it.each<[Partial<MeterDefinition>, string, string]>([
    [{}, '{}', 'is missing (meter m reads it)'],
    [{}, '{"value":null}', 'must be a number, not null (meter m reads it)'],
    [{}, '{"value":true}', 'must be a number, not true (meter m reads it)'],
    [{}, '{"value":{"b":1}}', 'must be a number, not an object (meter m reads it)'],
    [{}, '{"value":1e400}', 'must be below 10^18 (meter m reads it)'],
    [{ aggregation: 'time_weighted', levels: 'amount' }, '{"value":-1}', 'must not be negative (meter m reads it)'],
    [
      { aggregation: 'time_weighted', levels: 'slots' },
      '{"value":1.5}',
      'must be a whole number of slots, at most 10000 (meter m reads it)',
    ],
    [
      { aggregation: 'time_weighted', levels: 'slots' },
      '{"value":10001}',
      'must be a whole number of slots, at most 10000 (meter m reads it)',
    ],
    [{ aggregation: 'unique' }, '{"value":""}', 'must have 1 to 256 characters (meter m reads it)'],
    [{ aggregation: 'unique' }, '{"value":true}', 'must be text or a number (meter m reads it)'],
    [{ aggregation: 'unique' }, '{}', 'is missing (meter m reads it)'],
  ])('%j refuses %s: %s', (more, data, detail) => {
    expect(read(data, more)).toEqual({ extracted: [], faults: [{ pointer: '/data/value', detail }] });
  });

  it.each(['$.constructor', '$.__proto__', '$.toString.name', '$.list.0', '$.text.length'])(
    'is not found at %s',
    (valuePath) => {
      expect(read('{"list":[1],"text":"abc"}', { valuePath }).extracted).toEqual([]);
    },
  );
});

describe('what a unique meter counts', () => {
  it.each([
    ['"ada"', 'ada'],
    ['"1.0"', '1.0'],
    ['12', '12'],
    ['12.50', '12.5'],
    ['1.25e1', '12.5'],
    ['12.5000000000000000000', '12.5'],
    ['9007199254740993', '9007199254740993'],
    ['0.0000001', '1e-7'],
    ['1.0E-7', '1e-7'],
    ['-0', '0'],
  ])('%s is %s, whichever numbers stand around it', (value, textValue) => {
    for (const beside of ['1', '1e5', '0.12345678901234567890']) {
      const { extracted } = read(`{"value":${value},"beside":${beside}}`, { aggregation: 'unique' });
      expect(extracted).toMatchObject([{ value: '0', textValue }]);
    }
  });
});

describe('dimensions', () => {
  const dimensions = { region: '$.place.region', app: '$.app' };

  it.each([
    ['{"app":"shop","place":{"region":"eu"}}', ['shop', 'eu']],
    ['{}', ['', '']],
    ['{"app":null,"place":7}', ['', '']],
    ['{"app":true,"place":{"region":5.0}}', ['true', '5']],
    ['{"app":true,"place":{"region":50e-1}}', ['true', '5']],
  ])('of %s are, in the order of their names, %j', (data, expected) => {
    const { extracted, faults } = read(data, { aggregation: 'count', dimensions });
    expect(faults).toEqual([]);
    expect(extracted[0]?.dimensions).toEqual(expected);
  });

  it.each([
    ['{"app":{}}', 'must be text, a number or a boolean'],
    ['{"app":[]}', 'must be text, a number or a boolean'],
    [`{"app":"${'x'.repeat(257)}"}`, 'must have at most 256 characters'],
    [`{"app":${'7'.repeat(300)}.${'7'.repeat(300)}}`, 'must have at most 256 characters'],
  ])('of %s are refused', (data, detail) => {
    expect(read(data, { aggregation: 'count', dimensions })).toEqual({
      extracted: [],
      faults: [{ pointer: '/data/app', detail }],
    });
  });
});

describe('texts that nobody could read', () => {
  const dated = (data: string) => ({ type: app.eventType, time: 0, data: parseEnvelope(data) });
  const app = meter({ aggregation: 'count', dimensions: { app: '$.place.app', size: '$.size' } });
  const user = meter({ aggregation: 'unique', valuePath: '$.user' });
  const unfit = (data: string) => {
    const { extracted, faults } = extract([app, { ...user, key: 'n' }], dated(data));
    expect(faults).toEqual([]);
    return unfitTexts([app, { ...user, key: 'n' }], extracted).map(({ pointer, detail }) => `${pointer} ${detail}`);
  };

  it.each([
    ['{"place":{"app":"a\\u0000b"},"user":"u"}', '/data/place/app must not hold control characters (U+0000)'],
    ['{"size":"a\\nb","user":"u"}', '/data/size must not hold control characters (U+000A)'],
    ['{"size":"a\\u0085b","user":"u"}', '/data/size must not hold control characters (U+0085)'],
    ['{"size":"a\\u202eb","user":"u"}', '/data/size must not hold characters that nobody sees (U+202E)'],
    ['{"user":"a\\u0000"}', '/data/user must not hold control characters (U+0000)'],
  ])('are found in %s', (data, fault) => {
    expect(unfit(data)).toEqual([expect.stringContaining(fault)]);
  });

  it('are not looked for where no meter reads them', () => {
    expect(unfit('{"log":"line\\nline\\u0000","user":"größe 🦆","size":""}')).toEqual([]);
  });

  it('are read as they were stored, so that a meter that is rolled again loses nothing', () => {
    const { extracted } = extract([app], dated('{"size":"a\\u0000b"}'));
    expect(extracted[0]?.dimensions).toEqual(['', 'a\u0000b']);
  });
});

it('a meter that cannot read an event does not keep others from it', () => {
  const { extracted, faults } = extract([meter({}), meter({ aggregation: 'count' })], {
    ...{ type: 't', time: 0 },
    data: { value: 'x' },
  });
  expect(extracted).toHaveLength(1);
  expect(faults).toHaveLength(1);
});
