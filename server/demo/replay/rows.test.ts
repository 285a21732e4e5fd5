import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { replayEvent } from './event.ts';
import { ReplayFileError, type ReplayRow, replayRows, sumRows } from './rows.ts';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

async function rowsOf(text: string): Promise<ReplayRow[]> {
  const rows: ReplayRow[] = [];
  for await (const row of replayRows(Readable.from([text]))) rows.push(row);
  return rows;
}

describe('reading a recording', () => {
  it('takes rows with either line end, with and without a last one, with a byte order mark', async () => {
    const expected = [
      { row: 1, timeOfDay: '18:15:46.680590', contextTokens: 374, generatedTokens: 44 },
      { row: 2, timeOfDay: '18:15:50.995169', contextTokens: 396, generatedTokens: 109 },
    ];
    const lines = [HEADER, '2023-11-16 18:15:46.6805900,374,44', '2023-11-16 18:15:50.9951699,396,109'];
    expect(await rowsOf(`${lines.join('\r\n')}\r\n`)).toEqual(expected);
    expect(await rowsOf(lines.join('\n'))).toEqual(expected);
    expect(await rowsOf(`\uFEFF${lines.join('\n')}`)).toEqual(expected);
  });

  it.each([
    ['2023-11-16 00:00:00', '00:00:00.000000'],
    ['2023-11-16 23:59:59.9', '23:59:59.900000'],
    ['2023-11-16 09:08:07.1234569', '09:08:07.123456'],
    ['2023-11-16T09:08:07.000001Z', '09:08:07.000001'],
  ])('cuts %s to %s: the microsecond, never rounded into the next', async (timestamp, timeOfDay) => {
    expect(await rowsOf(`${HEADER}\n${timestamp},1,1`)).toMatchObject([{ timeOfDay }]);
  });

  it.each([
    ['', /empty/],
    ['a,b,c\n1,2,3', /line 1 must be the header/],
    [`${HEADER}\n2023-11-16 18:15:46,1`, /line 2 has 2 columns/],
    [`${HEADER}\n2023-11-16 18:15:46,1,2,3`, /line 2 has 4 columns/],
    [`${HEADER}\n2023-11-16 18:15:46,1,2\n2023-11-16 24:15:46,1,2`, /line 3: TIMESTAMP/],
    [`${HEADER}\n16.11.2023 18:15,1,2`, /line 2: TIMESTAMP/],
    [`${HEADER}\n2023-11-16 18:15:46,1.5,2`, /line 2: ContextTokens/],
    [`${HEADER}\n2023-11-16 18:15:46,-1,2`, /line 2: ContextTokens/],
    [`${HEADER}\n2023-11-16 18:15:46,1,`, /line 2: GeneratedTokens/],
    [`${HEADER}\n2023-11-16 18:15:46,1,99999999999999999999`, /line 2: GeneratedTokens/],
    [`${HEADER}\n"2023-11-16 18:15:46,1,2`, /cannot be read/],
  ])('refuses %j and says where', async (text, message) => {
    const reading = rowsOf(text);
    await expect(reading).rejects.toThrow(ReplayFileError);
    await expect(reading).rejects.toThrow(message);
  });

  it('reads and adds up a long file in pieces that fall anywhere', async () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, i) => `2023-11-16 18:15:46.${String(i).padStart(7, '0')},${i},${i % 97}`,
    );
    const text = [HEADER, ...lines].join('\r\n');
    const pieces = Array.from({ length: Math.ceil(text.length / 777) }, (_, i) => text.slice(i * 777, (i + 1) * 777));
    const expected = lines.reduce((sum, _, i) => sum + BigInt(i % 97), 0n);
    expect(await sumRows(replayRows(Readable.from(pieces)))).toEqual({
      rows: 50_000,
      contextTokens: (50_000n * 49_999n) / 2n,
      generatedTokens: expected,
    });
  });
});

describe('the event of a row', () => {
  const row = { row: 17, timeOfDay: '18:15:46.680590', contextTokens: 374, generatedTokens: 44 };

  it('has the time of day on the day asked for, and an id of row and day', () => {
    expect(replayEvent(row, { on: '2026-11-23', account: 'conversations' })).toEqual({
      specversion: '1.0',
      id: 'conv-2026-11-23-17',
      source: '//replay/llm-inference-conv',
      type: 'inference.completed',
      subject: 'inference-conversation-20231',
      time: '2026-11-23T18:15:46.680590Z',
      account: 'conversations',
      data: {
        app: 'conversation-service',
        team: 'serving',
        model: 'conv-2023',
        contextTokens: 374,
        generatedTokens: 44,
      },
    });
  });

  it('is the same each time, and another on another day', () => {
    const on = (day: string) => replayEvent(row, { on: day, account: 'conversations' });
    expect(on('2026-11-23')).toEqual(on('2026-11-23'));
    expect(on('2026-11-23').id).not.toBe(on('2026-11-22').id);
  });
});
