import { describe, expect, it } from 'vitest';
import { parseEnvelope, readBody, UnreadableBodyError } from './body.ts';

const read = (text: string) => readBody(Buffer.from(text));

describe('a body', () => {
  it('is one event or several', () => {
    expect(read('{"a":1}')).toMatchObject({ events: [{ a: 1 }], batch: false });
    expect(read('[{"a":1},{"b":2}]')).toMatchObject({ events: [{ a: 1 }, { b: 2 }], batch: true });
    expect(read('[]')).toMatchObject({ events: [], batch: true });
  });

  it.each([
    '0.12345678901234567890',
    '1234567890123456789012345678901234567890',
    '-9007199254740993',
    '1e400',
    '1E-7',
    '-12.5e+3',
  ])('keeps %s as it was written', (number) => {
    for (const text of [`{"a":${number}}`, `{"a":[1,${number}]}`, `{"a": ${number}}`]) {
      const { events, toText } = read(text);
      expect(toText(events[0])).toBe(text.replaceAll(' ', ''));
      expect(String((parseEnvelope(`{"a":${number}}`) as { a: unknown }).a)).toBe(number);
    }
  });

  it.each([
    '',
    '{',
    '{"a":}',
    'NaN',
    '{"a":NaN}',
    '{"a":Infinity}',
    "{'a':1}",
    '{"a":01}',
    '[1,]',
    '{}{}',
    '{"a":1234567890123456x}',
  ])('that is "%s" is no JSON', (text) =>
    expect(() => read(text)).toThrow(new UnreadableBodyError('the body is not valid JSON')),
  );

  it('must be UTF-8', () => {
    expect(() => readBody(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow('the body is not valid UTF-8');
  });

  it('may be nested as deep as it likes without harm', () => {
    for (const number of ['1', '1e5']) {
      const text = `${'[{"a":'.repeat(200_000)}${number}${'}]'.repeat(200_000)}`;
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableBodyError);
      }
    }
  });

  it('has no way to a prototype', () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":1e5}}']) {
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableBodyError);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }
  });
});
