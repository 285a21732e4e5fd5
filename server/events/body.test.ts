import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvelope, readBody, UnreadableBodyError } from './body.ts';
import { UnfitEvent } from './validate-event.ts';

const read = (text: string) => readBody(Buffer.from(text));

describe('a body', () => {
  it('is one event or several', async () => {
    expect(await read('{"a":1}')).toMatchObject({ events: [{ a: 1 }], batch: false });
    expect(await read('[{"a":1},{"b":2}]')).toMatchObject({ events: [{ a: 1 }, { b: 2 }], batch: true });
    expect(await read('[]')).toMatchObject({ events: [], batch: true });
  });

  it.each([
    '0.12345678901234567890',
    '1234567890123456789012345678901234567890',
    '-9007199254740993',
    '1e400',
    '1E-7',
    '-12.5e+3',
  ])('keeps %s as it was written', async (number) => {
    for (const text of [`{"a":${number}}`, `{"a":[1,${number}]}`, `{"a": ${number}}`]) {
      const { events, toText } = await read(text);
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
    expect(read(text)).rejects.toThrow(new UnreadableBodyError('the body is not valid JSON')),
  );

  it('is JSON exactly when JSON.parse says so, and then says the same', async () => {
    const sign = fc.constantFrom(...'[]{},:"\\ \n', '1', '-', '1e5', '12345678901234567', 'true', '"a"', '"b":');
    const texts = fc.oneof(
      fc.array(sign, { maxLength: 12 }).map((signs) => signs.join('')),
      fc.json().map((text) => `[${text},{"x":1E2}]`),
      fc.json().chain((text) => fc.nat(text.length).map((cut) => `[${text.slice(0, cut)}`)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        let wanted: unknown;
        try {
          wanted = JSON.parse(text);
        } catch {
          await expect(read(text)).rejects.toThrow(UnreadableBodyError);
          return;
        }
        const body = await read(text).catch((error: Error) => error.message);
        if (typeof body === 'string') return expect(body).toContain('stands twice');
        const all = `[${body.events.map(body.toText).join(',')}]`;
        expect(JSON.parse(body.batch ? all : all.slice(1, -1))).toEqual(wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  it('may begin with a byte order mark, and holds every character', async () => {
    const event = { a: 'größe 漢字 😀 \u0000' };
    expect((await read(`\ufeff${JSON.stringify(event)}`)).events).toEqual([event]);
  });

  it('must be UTF-8', async () => {
    for (const bytes of [
      [0x7b, 0xff, 0x7d],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc3],
    ]) {
      await expect(readBody(Uint8Array.from(bytes))).rejects.toThrow('the body is not valid UTF-8');
    }
  });

  it.each([
    ['levels', `{"x":${'['.repeat(64)}${']'.repeat(64)}}`, 'must not be nested deeper than 64 levels'],
    ['names', JSON.stringify({ x: Array(1001).fill({ a: 1 }) }), 'must not have more than 1000 names; it has 1002'],
    ['values', JSON.stringify({ x: Array(10_001).fill(1) }), 'must not have more than 10000 values'],
  ])('holds no event of too many %s: the others are read', async (_, text, detail) => {
    expect((await read(`[{"a":1},${text}]`)).events).toEqual([{ a: 1 }, new UnfitEvent(detail)]);
    expect((await read(text)).events).toEqual([new UnfitEvent(detail)]);
  });

  it('of too many events is counted, not read', async () => {
    const { events, count } = await read(`[${'0,'.repeat(2_000_000)}0]`);
    expect([events.length, count]).toEqual([10_000, 2_000_001]);
  });

  it.each([
    ['plain', '1'],
    ['exact', '1.0000000000000000001'],
    ['half a character each', '"\\ud800"'],
  ])('of megabytes gives others a turn for each 64 KiB of it, also where its values are %s', async (_, value) => {
    const event = `{"id":"${'i'.repeat(450)}","n":${value}}`;
    const text = `[${Array(10_000).fill(event).join(',')}]`;
    let turns = 0;
    let isReading = true;
    const others = (async () => {
      for (; isReading; turns++) await new Promise(setImmediate);
    })();
    await read(text);
    isReading = false;
    await others;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 66_000));
  });

  it('may be nested as deep as it likes without harm', async () => {
    for (const number of ['1', '1e5']) {
      const text = `${'[{"a":'.repeat(200_000)}${number}${'}]'.repeat(200_000)}`;
      const { events } = await read(text);
      expect(events).toEqual([expect.any(UnfitEvent)]);
    }
  });

  it('has no way to a prototype', async () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":1e5}}']) {
      const { events, toText } = await read(text);
      expect(toText(events[0])).toBe(text);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }
  });
});
