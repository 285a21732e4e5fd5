import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayBuffer } from './replay-buffer.ts';

function filled(start: number, capacity: number, messages: number) {
  const buffer = new ReplayBuffer<string>(start, capacity, 1_000, () => 1);
  for (let i = 0; i < messages; i++) buffer.push((seq) => `m${seq}`);
  return buffer;
}

describe('the replay buffer', () => {
  it('numbers messages upward from its start', () => {
    const buffer = filled(100, 3, 0);
    expect(buffer.push((seq) => `m${seq}`)).toBe('m101');
    expect(buffer.push((seq) => `m${seq}`)).toBe('m102');
    expect(buffer.seq).toBe(102);
  });

  it.each<[string, number, string[] | null]>([
    ['who has everything gets nothing', 105, []],
    ['who missed one gets it', 104, ['m105']],
    ['who missed all that is kept gets it', 102, ['m103', 'm104', 'm105']],
    ['who missed more needs a snapshot', 101, null],
    ['who never heard of it needs a snapshot', 0, null],
    ['who comes from a later run needs a snapshot', 106, null],
  ])('%s', (_, seq, messages) => expect(filled(100, 3, 5).after(seq)).toEqual(messages));

  it('that is still empty has nothing for its start, and no past', () => {
    expect(filled(100, 3, 0).after(100)).toEqual([]);
    expect(filled(100, 3, 0).after(99)).toBeNull();
  });

  it('keeps no more items than it may, whatever the number of messages', () => {
    const buffer = new ReplayBuffer<string>(0, 100, 5, (message) => message.length);
    for (const message of ['aa', 'bb', 'c', 'dd']) buffer.push(() => message);
    expect(buffer.after(1)).toEqual(['bb', 'c', 'dd']);
    expect(buffer.after(0)).toBeNull();
    buffer.push(() => 'longer than all');
    expect(buffer.after(4)).toBeNull();
    expect(buffer.after(5)).toEqual([]);
  });

  it('gives every message after a number, or says that it cannot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.nat({ max: 50 }),
        fc.integer({ min: -5, max: 60 }),
        (capacity, n, asked) => {
          const answer = filled(0, capacity, n).after(asked);
          const all = Array.from({ length: n }, (_, i) => `m${i + 1}`);
          const can = asked <= n && asked >= Math.max(0, n - capacity);
          expect(answer).toEqual(can ? all.slice(asked) : null);
        },
      ),
    );
  });
});
