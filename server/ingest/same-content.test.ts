import { describe, expect, it } from 'vitest';
import { sameContent } from './same-content.ts';

describe('two envelopes', () => {
  it.each([
    ['{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['{"a":1}', '{ "a" : 1.0 }'],
    ['{"a":1e3}', '{"a":1000}'],
    ['{"a":{"x":[1,2],"y":null}}', '{"a":{"y":null,"x":[1,2]}}'],
    ['{"a":"é"}', '{"a":"\\u00e9"}'],
    ['{"a":0.10000000000000000000000000001}', '{"a":0.100000000000000000000000000010}'],
    ['{"a":-0}', '{"a":0}'],
  ])('%s and %s say the same', (one, other) => {
    expect(sameContent(one, other)).toBe(true);
    expect(sameContent(other, one)).toBe(true);
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
  ])('%s and %s differ', (one, other) => {
    expect(sameContent(one, other)).toBe(false);
    expect(sameContent(other, one)).toBe(false);
  });
});
