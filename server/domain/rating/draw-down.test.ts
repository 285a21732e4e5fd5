import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, drawDown, withoutReturned } from './draw-down.ts';

const even = (from: number, to: number, total: bigint): Claim => ({ from, to, total });
const once = (at: number, total: bigint): Claim => ({ from: at, to: at, total });

describe('drawing a pool down', () => {
  it.each<[string, bigint, Claim[], bigint[], number | null]>([
    ['nothing asks', 10n, [], [], null],
    ['an empty pool', 0n, [once(5, 3n)], [0n], 5],
    ['an empty pool that nobody needs', 0n, [once(5, 0n)], [0n], null],
    ['just enough', 7n, [once(5, 3n), even(0, 10, 4n)], [3n, 4n], null],
    ['an even claim is cut', 40n, [even(0, 100, 100n)], [40n], 40],
    [
      'two that run together are cut at the same instant',
      60n,
      [even(0, 100, 100n), even(20, 120, 100n)],
      [40n, 20n],
      40,
    ],
    ['what ended before is covered whole', 60n, [even(0, 10, 50n), even(20, 120, 100n)], [50n, 10n], 30],
    ['what begins after gets nothing', 40n, [even(0, 100, 100n), even(50, 60, 10n), once(41, 1n)], [40n, 0n, 0n], 40],
    ['a single claim is covered in part', 5n, [once(1, 3n), once(2, 4n), once(3, 1n)], [3n, 2n, 0n], 2],
    ['those of one instant share in the order given', 5n, [once(1, 3n), once(1, 3n), once(1, 3n)], [3n, 2n, 0n], 1],
    ['a single claim takes before what goes on running', 30n, [even(0, 100, 100n), once(20, 10n)], [20n, 10n], 20],
    ['less than a microsecond of all stays in the pool', 10n, [even(0, 2, 6n), even(0, 2, 8n)], [3n, 4n], 1],
    ['the same instant as another ends', 10n, [even(0, 10, 10n), even(10, 20, 10n)], [10n, 0n], 10],
  ])('%s', (_, capacity, claims, covered, exhaustedAt) => {
    expect(drawDown(capacity, claims)).toEqual({ covered, exhaustedAt });
  });

  it('agrees with going through the microseconds one by one', () => {
    const claim = fc
      .tuple(fc.nat(30), fc.nat(12), fc.integer({ min: 0, max: 9 }))
      .map(([from, length, rate]) => even(from, from + length, BigInt(rate * Math.max(length, 1))));
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 8 }), fc.bigInt(0n, 200n), (claims, capacity) => {
        const { covered, exhaustedAt } = drawDown(capacity, claims);
        expect(covered).toEqual(oneByOne(capacity, claims));
        expect(exhaustedAt === null).toBe(covered.every((each, i) => each === claims[i]?.total));
      }),
      { numRuns: 5_000 },
    );
  });
});

function oneByOne(capacity: bigint, claims: readonly Claim[]): bigint[] {
  const covered = claims.map(() => 0n);
  let left = capacity;
  const give = (i: number, amount: bigint) => {
    covered[i] = (covered[i] as bigint) + amount;
    left -= amount;
  };
  for (let at = 0; at <= 45; at++) {
    const running = claims.flatMap(({ from, to, total }, i) =>
      from <= at && at < to ? [{ i, rate: total / BigInt(to - from) }] : [],
    );
    const single = claims.flatMap(({ from, to, total }, i) => (from === to && from === at ? [{ i, total }] : []));
    const demand = [...running.map(({ rate }) => rate), ...single.map(({ total }) => total)].reduce(
      (a, b) => a + b,
      0n,
    );
    if (demand <= left) {
      for (const { i, rate } of running) give(i, rate);
      for (const { i, total } of single) give(i, total);
      continue;
    }
    for (const { i, total } of single) give(i, lesser(total, left));
    break;
  }
  return covered;
}

const lesser = (a: bigint, b: bigint) => [a, b].sort((x, y) => Number(x - y))[0] as bigint;

describe('what was returned', () => {
  it.each<[string, bigint[], bigint[]]>([
    ['nothing', [], []],
    ['no returns', [3n, 4n], [3n, 4n]],
    ['cancels the latest before it', [3n, 4n, -2n], [3n, 2n, 0n]],
    ['and then the one before that', [3n, 4n, -5n], [2n, 0n, 0n]],
    ['what comes after it, where nothing came before', [-5n, 4n, 3n], [0n, 0n, 2n]],
    ['and as far as nothing is left of what came before', [3n, -9n, 4n, 5n], [0n, 0n, 0n, 3n]],
    ['one return after another', [3n, 4n, -2n, -3n, 1n, -1n], [2n, 0n, 0n, 0n, 0n, 0n]],
  ])('%s', (_, quantities, left) => expect(withoutReturned(quantities)).toEqual(left));
});

describe('a pool that runs out among many events', () => {
  it('is used up to the last: what stands for them can take any share', () => {
    const bucket = { from: 0, to: 86_400_000_000, total: 1_974_353n * 10n ** 18n, divisible: true };
    const capacity = 1_500_000n * 10n ** 18n;
    expect(drawDown(capacity, [bucket]).covered).toEqual([capacity]);
  });
});
