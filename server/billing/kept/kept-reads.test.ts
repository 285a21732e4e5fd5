import { expect, it } from 'vitest';
import { KeptReads } from './kept-reads.ts';

const reading = () => {
  const read: string[] = [];
  const kept = new KeptReads<number>(10, (size) => size);
  const get = (name: string, size: number) =>
    kept.get(name, async () => {
      read.push(name);
      return size;
    });
  return { read, get, kept };
};

it('reads once what is asked for again', async () => {
  const { read, get } = reading();
  await get('a', 3);
  expect(await get('a', 3)).toBe(3);
  expect(read).toEqual(['a']);
});

it('lets go of what was asked for longest ago, where all is too large', async () => {
  const { read, get } = reading();
  await get('a', 4);
  await get('b', 4);
  await get('a', 4);
  await get('c', 4);
  await get('a', 4);
  await get('b', 4);
  expect(read).toEqual(['a', 'b', 'c', 'b']);
});

it('keeps nothing that is larger than all it may keep', async () => {
  const { read, get } = reading();
  await get('a', 11);
  await get('a', 11);
  expect(read).toEqual(['a', 'a']);
});

it('asks again for what could not be read', async () => {
  const { get, kept } = reading();
  await expect(kept.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await get('a', 2)).toBe(2);
});
