import { describe, expect, it } from 'vitest';
import { keepLast } from './keep-last.ts';

const answer = (status: number) => ({ status, statusText: '', internal: false, data: '' });
const fails = (error: unknown) => () => Promise.reject(error);
const reads = (n: number) => () => Promise.resolve({ n });

describe('keepLast', () => {
  it.each([
    ['the network is out', new TypeError('Failed to fetch')],
    ['the store is out', answer(503)],
    ['the server failed', answer(500)],
  ])('keeps the last answer, marked stale, when %s', async (_, error) => {
    const read = keepLast<{ n: number }>();
    expect(await read('/a', reads(1))).toEqual({ n: 1, stale: false });
    expect(await read('/a', fails(error))).toEqual({ n: 1, stale: true });
    expect(await read('/a', reads(2))).toEqual({ n: 2, stale: false });
  });

  it.each([
    ['nothing was read yet', '/b', new TypeError('Failed to fetch')],
    ['it is no longer to be seen', '/a', answer(404)],
    ['one must sign in again', '/a', new Response(null, { status: 302 })],
  ])('passes the failure on when %s', async (_, address, error) => {
    const read = keepLast<{ n: number }>();
    await read('/a', reads(1));
    await expect(read(address, fails(error))).rejects.toBe(error);
  });
});
