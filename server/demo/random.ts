/** FNV-1a of a text: the number a name counts as in `hash`. Unsigned, 32 bits. */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Mixes numbers into one unsigned 32-bit number; the same parts in the same order give the same one on every machine. */
export function hash(...numbers: number[]): number {
  let h = 0x9e3779b9;
  for (const part of numbers) {
    // Moments exceed 32 bits, so both halves count.
    h = scramble(h ^ (part % 0x1_0000_0000));
    h = scramble(h ^ Math.floor(part / 0x1_0000_0000));
  }
  return h >>> 0;
}

function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) + 0x6d2b79f5;
}

/** A fraction in `[0, 1)` from the parts. */
export function fraction(...numbers: number[]): number {
  return hash(...numbers) / 0x1_0000_0000;
}

/** Sixteen hexadecimal digits from the parts: 64 bits, so that the demo's few hundred thousand ids never meet. */
export function hexId(...numbers: number[]): string {
  const high = hash(0x51ed270b, ...numbers);
  const low = hash(0x2545f491, ...numbers);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** A stream of numbers that depends on its start only. */
export interface Random {
  /** The next fraction in `[0, 1)`. */
  next: () => number;
  /** A whole number from `low` to `high`, both included. */
  whole: (low: number, high: number) => number;
  /** One of the items, which must not be empty. */
  pick: <T>(items: readonly T[]) => T;
  /** Normally distributed around 0 with deviation 1. */
  normal: () => number;
  /** How many events fall into a span that expects `mean` of them (Poisson, Knuth's method; `mean` below 100). */
  poisson: (mean: number) => number;
}

/** Starts a stream (mulberry32) from the parts. */
export function randomFrom(...numbers: number[]): Random {
  let state = hash(...numbers) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('pick needs at least one item');
      return item;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count += 1;
      return count;
    },
  };
}
