import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TooMuchError } from './too-much.ts';
import { Turns } from './turns.ts';

/** Lets everything that is due happen. */
const settled = () => new Promise<void>((done) => setImmediate(done));

/** Asks for turns and notes who got one, in order. */
function asker(turns: Turns) {
  const begun: string[] = [];
  const giveBack = new Map<string, (() => void)[]>();
  return {
    begun,
    ask: (owner: string, gone?: AbortSignal) =>
      turns.take(owner, gone).then((back) => {
        begun.push(owner);
        giveBack.set(owner, [...(giveBack.get(owner) ?? []), back]);
      }),
    end: async (owner: string) => {
      giveBack.get(owner)?.shift()?.();
      await settled();
    },
  };
}

describe('turns', () => {
  it('one owner never takes all places: whoever comes anew finds one free', async () => {
    const { begun, ask } = asker(new Turns({ atOnce: 3, ofEach: 2, waitingOfEach: 100, waitingOfAll: 100 }));
    for (let i = 0; i < 20; i++) void ask('greedy');
    await settled();
    expect(begun).toEqual(['greedy', 'greedy']);
    void ask('other');
    await settled();
    expect(begun).toEqual(['greedy', 'greedy', 'other']);
  });

  it('whoever has least under way is next, then who waited longest since their last turn', async () => {
    const { begun, ask, end } = asker(new Turns({ atOnce: 2, ofEach: 1, waitingOfEach: 100, waitingOfAll: 100 }));
    for (let i = 0; i < 3; i++) for (const owner of ['a', 'b', 'c']) void ask(owner);
    await settled();
    expect(begun).toEqual(['a', 'b']);
    await end('a');
    await end('b');
    await end('c');
    await end('a');
    expect(begun).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('whoever waits no more is not waited for', async () => {
    const { begun, ask, end } = asker(new Turns({ atOnce: 1, ofEach: 1, waitingOfEach: 100, waitingOfAll: 100 }));
    void ask('a');
    const gone = new AbortController();
    const left = ask('b', gone.signal);
    void ask('c');
    gone.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await end('a');
    expect(begun).toEqual(['a', 'c']);
  });

  it('refuses when too many wait, of one owner or in all', async () => {
    const { ask } = asker(new Turns({ atOnce: 1, ofEach: 1, waitingOfEach: 2, waitingOfAll: 3 }));
    await ask('a');
    void ask('a');
    void ask('a');
    await expect(ask('a')).rejects.toThrow(TooMuchError);
    void ask('b');
    await expect(ask('c')).rejects.toThrow(TooMuchError);
  });

  it('never does more than it may, lets nobody wait while a place is free, and ends with nothing under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ owner: fc.constantFrom('a', 'b', 'c'), ends: fc.boolean(), leaves: fc.boolean() }), {
          maxLength: 60,
        }),
        async (atOnce, ofEach, acts) => {
          const turns = new Turns({ atOnce, ofEach, waitingOfEach: 1_000, waitingOfAll: 1_000 });
          const under: { owner: string; back: () => void }[] = [];
          const waiting = new Map<AbortController, string>();
          const ofOwner = (owner: string) => under.filter((each) => each.owner === owner).length;
          for (const { owner, ends, leaves } of acts) {
            if (ends) under.shift()?.back();
            else if (leaves) [...waiting.keys()][0]?.abort();
            else {
              const gone = new AbortController();
              waiting.set(gone, owner);
              turns.take(owner, gone.signal).then(
                (back) => {
                  waiting.delete(gone);
                  under.push({ owner, back });
                },
                () => waiting.delete(gone),
              );
            }
            await settled();
            expect(under.length).toBeLessThanOrEqual(atOnce);
            for (const waits of waiting.values()) {
              const isFull = under.length === atOnce || ofOwner(waits) >= ofEach;
              expect(isFull).toBe(true);
            }
          }
          while (under.length > 0) {
            under.shift()?.back();
            await settled();
          }
          expect(waiting.size).toBe(0);
        },
      ),
    );
  });
});
