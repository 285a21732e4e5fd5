import { expect, it, vi } from 'vitest';
import type { Lane, Statement } from './lane.ts';
import { remembering } from './remembering.ts';

const bytes = vi.fn(async ({ sql }: Statement) =>
  Buffer.from(`{"sql":${JSON.stringify(sql.split('\n')[0])}}\n{"n":[1]}\n`),
);
const query = vi.fn(async () => []);
const lane = { bytes, query, insert: vi.fn(), command: vi.fn() } as unknown as Lane;

it('asks what is published once for each text and parameters, and gives everybody rows of their own', async () => {
  const known = new Map<string, Promise<Buffer>>();
  const recall = (question: string, ask: () => Promise<Buffer>) => {
    const answer = known.get(question) ?? ask();
    known.set(question, answer);
    return answer;
  };
  const { query: ask, bytes: askBytes } = remembering(lane, recall);
  const statement = { name: 'of', sql: 'SELECT 1', params: { at: 1 }, ofPublished: true } as const;
  const first = await ask(statement);
  expect(first).toEqual([{ sql: 'SELECT 1' }, { n: [1] }]);
  (first[1] as { n: number[] }).n.push(2);
  expect(await ask(statement)).toEqual([{ sql: 'SELECT 1' }, { n: [1] }]);
  expect(bytes.mock.calls.map(([{ sql }]) => sql)).toEqual(['SELECT 1\nFORMAT JSONEachRow']);
  await ask({ ...statement, params: { at: 2 } });
  await ask({ ...statement, sql: 'SELECT 2' });
  await askBytes(statement);
  await askBytes(statement);
  expect(bytes).toHaveBeenCalledTimes(4);
  await askBytes({ name: 'of', sql: 'SELECT 1' });
  await ask({ name: 'of', sql: 'SELECT 1' });
  expect(bytes).toHaveBeenCalledTimes(5);
  expect(query).toHaveBeenCalledTimes(1);
});
