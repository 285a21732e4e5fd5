import { describe, expect, it } from 'vitest';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import { firstEvents, firstIntervals } from './first-rows.ts';
import { runsOf } from './runs.ts';

const HOUR = 3_600_000_000;
const SECOND_OF = 1_000_000_000_000_000_000n;
const found = { period: { from: 0, to: 1_000 * HOUR }, through: 1_000 * HOUR } as FoundCharge;

/** A slot from one hour to another. */
function part(slot: number, from: number, to: number, amount: bigint, id = `e${from}`): RatedPart {
  const quantity = BigInt((to - from) * 3_600) * SECOND_OF;
  return {
    contribution: {
      ...{ kind: 'interval', from: from * HOUR, to: to * HOUR, quantity, events: 1, source: '/s', id },
      ...{ subject: 'app/web', slot: JSON.stringify(['app/web', slot]), dimensions: {} },
    },
    ...{
      covered: [],
      included: 0n,
      amount,
      limits: 0n,
      discount: 0n,
      even: false,
      coveredAmount: 0n,
      coveredAmounts: [],
    },
  };
}
const opened = (parts: RatedPart[]) => ({ parts }) as unknown as OpenedCharge;
const ONE = 1_000_000_000_000n;

describe('when a charge ran', () => {
  it('is told slot by slot, what follows each other alike as one stretch', () => {
    const parts = [
      part(1, 0, 5, ONE),
      part(1, 5, 9, ONE),
      part(1, 9, 12, 0n),
      part(2, 3, 4, ONE),
      part(1, 20, 21, ONE),
    ];
    const ran = runsOf(found, opened(parts));
    expect(ran?.others).toBe(0);
    expect(
      ran?.lanes.map(({ slot, amountExact, isWhole, stretches }) => [slot, amountExact, isWhole, stretches.length]),
    ).toEqual([
      [1, '3', true, 3],
      [2, '1', true, 1],
    ]);
    expect(ran?.lanes[0]?.stretches[0]).toEqual({
      ...{ from: '1970-01-01T00:00:00.000000Z', to: '1970-01-01T09:00:00.000000Z', level: '1', isCharged: true },
    });
  });

  it('is told of twelve slots at most, those that cost most', () => {
    const ran = runsOf(found, opened(Array.from({ length: 15 }, (_, i) => part(i + 1, 0, 1, BigInt(i) * ONE))));
    expect(ran?.lanes.map(({ slot }) => slot)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(ran?.others).toBe(3);
  });

  it('leaves out short pauses where there are too many, and says so', () => {
    const parts = Array.from({ length: 400 }, (_, i) => part(1, i * 2, i * 2 + 1, ONE));
    const [lane] = runsOf(found, opened(parts))?.lanes ?? [];
    expect(lane?.isWhole).toBe(false);
    expect(lane?.stretches.length).toBeLessThanOrEqual(160);
    expect(lane?.amountExact).toBe('400');
  });

  it('is not told of what is counted', () => expect(runsOf(found, opened([]))).toBeNull());
});

describe('what cost most', () => {
  const parts = Array.from({ length: 12 }, (_, i) => part(1, i, i + 1, BigInt(i % 6) * ONE, `e${i % 4}`));

  it('comes first, and what all others come to is told', () => {
    const first = firstIntervals(found, opened(parts));
    expect(first?.rows.map(({ amountExact }) => amountExact)).toEqual(['5', '5', '4', '4', '3', '3', '2', '2']);
    expect(first).toMatchObject({ others: 2, othersAmountExact: '2', free: 2 });
  });

  it('of events is what all that they began comes to', () => {
    const first = firstEvents(opened(parts));
    expect(first?.rows.map(({ id, amountExact }) => [id, amountExact])).toEqual([
      ['e1', '9'],
      ['e3', '9'],
      ['e0', '6'],
      ['e2', '6'],
    ]);
    expect(first).toMatchObject({ others: 0, free: 0 });
  });
});
