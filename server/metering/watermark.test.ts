import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotMeteredError, Watermark } from './watermark.ts';

let watermark: Watermark;
/** What is read; every change of it passes through a half. */
let state: number[];
beforeEach(() => {
  watermark = new Watermark();
  watermark.open();
  state = [0, 0];
});
afterEach(() => void vi.useRealTimers());

const gate = () => {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};
const change = (to: number, half = async () => {}) =>
  watermark.publish(to, async () => {
    state[0] = to;
    await half();
    state[1] = to;
  });
const turns = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a reading', () => {
  it('waits while the state changes, and sees the whole of the new one', async () => {
    const half = gate();
    const changing = change(1, () => half.opened);
    await turns();
    const reading = watermark.read(async (through) => [through, ...state]);
    await turns();
    half.open();
    expect(await reading).toEqual([1, 1, 1]);
    await changing;
  });

  it('keeps the state as it is until it has ended', async () => {
    const asked = gate();
    const reading = watermark.read(async (through) => {
      const [first] = state;
      await asked.opened;
      return [through, first, state[1]];
    });
    const changing = change(1);
    await turns();
    expect(state).toEqual([0, 0]);
    asked.open();
    expect(await reading).toEqual([0, 0, 0]);
    await changing;
    expect([watermark.meteredThrough, ...state]).toEqual([1, 1, 1]);
  });

  it('is of one state in all its parts, though the roller asks for its turn between them', async () => {
    let changing: Promise<void> | undefined;
    const answers = await watermark.together(async () => {
      const one = await watermark.read(async (through) => [through, ...state]);
      changing ??= change(1);
      await turns();
      return [one, await watermark.read(async (through) => [through, ...state])];
    });
    expect(answers).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    await changing;
  });

  it('holds nothing before it reads', async () => {
    const asked = gate();
    const reading = watermark.together(async () => {
      await asked.opened;
      return watermark.read(async (through) => through);
    });
    await change(1);
    asked.open();
    expect(await reading).toBe(1);
  });

  it('that takes too long is overtaken and done again, and is waited for longer then', async () => {
    vi.useFakeTimers();
    const tries: number[][] = [];
    const rolled: number[] = [];
    const reading = watermark.read(async (through) => {
      const [first = -1] = state;
      await vi.advanceTimersByTimeAsync(400);
      tries.push([through, first, state[1] ?? -1]);
      return through;
    });
    const changing = change(1).then(() => rolled.push(tries.length));
    const answer = await reading;
    await changing;
    const again = change(2);
    await vi.runAllTimersAsync();
    await again;
    expect(rolled).toEqual([0]);
    expect(tries).toEqual([
      [0, 0, 1],
      [1, 1, 1],
    ]);
    expect(answer).toBe(1);
  });

  it('fails as it would without others when the state stood still, and is done again when it did not', async () => {
    await expect(watermark.read(() => Promise.reject(new Error('no such meter')))).rejects.toThrow('no such meter');
    vi.useFakeTimers();
    let tries = 0;
    const reading = watermark.read(async () => {
      if (++tries > 1) return 'whole';
      const changing = change(1);
      await vi.advanceTimersByTimeAsync(300);
      await changing;
      throw new Error('halves that do not fit together');
    });
    expect(await reading).toBe('whole');
  });

  it('of numbers that are not there yet waits for them, and says so when they take long', async () => {
    const closed = new Watermark();
    const reading = closed.read(async (through) => through);
    await closed.publish(7, () => {});
    closed.open();
    expect(await reading).toBe(7);

    vi.useFakeTimers();
    const refused = expect(new Watermark().read(async (through) => through)).rejects.toThrow(NotMeteredError);
    await vi.runAllTimersAsync();
    await refused;
  });

  it('waits after a change that broke off until the state is whole again', async () => {
    const broken = change(1, () => Promise.reject(new Error('the store is gone')));
    await expect(broken).rejects.toThrow('the store is gone');
    const reading = watermark.read(async (through) => [through, ...state]);
    await turns();
    await change(2);
    watermark.open();
    expect(await reading).toEqual([2, 2, 2]);
  });

  it('begun by what another left running is one of its own', async () => {
    const asked = gate();
    let left: Promise<number> | undefined;
    await watermark.read(async () => {
      left = asked.opened.then(() => watermark.read(async (through) => through));
    });
    await change(1);
    asked.open();
    expect(await left).toBe(1);
  });
});

describe('the roller', () => {
  it('gets its turn however many read', async () => {
    let stopping = false;
    const readers = Array.from({ length: 8 }, async (_, i) => {
      let answers = 0;
      while (!stopping) {
        const [through, first, last] = await watermark.read(async (named) => {
          const [before] = state;
          for (let turn = 0; turn <= i; turn++) await turns();
          return [named, before, state[1]];
        });
        expect([first, last]).toEqual([through, through]);
        answers++;
      }
      return answers;
    });
    for (let to = 1; to <= 50; to++) await change(to, turns);
    stopping = true;
    const answers = await Promise.all(readers);
    expect(state).toEqual([50, 50]);
    expect(Math.min(...answers)).toBeGreaterThan(5);
  });

  it('does not make others wait while it waits for one that was overtaken', async () => {
    vi.useFakeTimers();
    const slow = gate();
    let tries = 0;
    const reading = watermark.read(async (through) => {
      if (++tries === 2) await slow.opened;
      else await vi.advanceTimersByTimeAsync(300);
      return through;
    });
    await change(1);
    vi.useRealTimers();
    while (tries < 2) await turns();
    const changing = change(2);
    await turns();
    expect(await watermark.read(async (through) => through)).toBe(1);
    slow.open();
    expect(await reading).toBe(1);
    await changing;
    expect(watermark.meteredThrough).toBe(2);
  });
});

describe('what rests on the state', () => {
  /** Asks how the state stands, in two halves. */
  const asked = vi.fn(async () => Buffer.from(state.join()));
  beforeEach(() => void asked.mockClear());
  const recalled = async (question = 'how') => (await watermark.recall(question, asked)).toString();
  const reading = <T>(read: () => Promise<T>) => watermark.read(() => read());

  it('is asked once while it stands, whoever reads, also of two at a time', async () => {
    const answers = await Promise.all([reading(recalled), reading(recalled)]);
    watermark.moveTo(7);
    expect([...answers, await reading(recalled)]).toEqual(['0,0', '0,0', '0,0']);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(await reading(() => recalled('otherwise'))).toBe('0,0');
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('is asked again when it has changed', async () => {
    await reading(recalled);
    await change(1);
    expect(await reading(recalled)).toBe('1,1');
  });

  it('is asked by a reading that was overtaken, and what that is told is told nobody else', async () => {
    vi.useFakeTimers();
    const [half, isHalf] = [gate(), gate()];
    const said: string[] = [];
    const tried = reading(async () => {
      if (said.length === 0) {
        await vi.advanceTimersByTimeAsync(300);
        await isHalf.opened;
      }
      said.push(await recalled());
      half.open();
    });
    const changing = change(1, () => {
      isHalf.open();
      return half.opened;
    });
    await Promise.all([tried, changing]);
    expect(said).toEqual(['1,0', '1,1']);
  });

  it('is asked each time outside a reading, and before one has begun', async () => {
    await recalled();
    await watermark.together(async () => {
      await recalled();
      await recalled();
    });
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('is asked again where it could not be told', async () => {
    asked.mockRejectedValueOnce(new Error('down'));
    await expect(reading(recalled)).rejects.toThrow('down');
    expect(await reading(recalled)).toBe('0,0');
  });

  it('is let go of before it takes much memory, the largest at once', async () => {
    const large = vi.fn(async (size: number) => Buffer.alloc(size));
    const of = (name: string, size: number) => reading(() => watermark.recall(name, () => large(size)));
    await of('largest', 2_000_000);
    await of('largest', 2_000_000);
    expect(large).toHaveBeenCalledTimes(2);
    for (let i = 0; i < 10; i++) await of(`large ${i}`, 900_000);
    await of('large 0', 900_000);
    expect(large).toHaveBeenCalledTimes(13);
  });
});
