import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount } from '#server/domain/money.ts';
import { carriedOn } from './carried-on.ts';

const THROUGH = '2026-11-24T14:03:07.250000Z';
const charge = (amountExact: string, perSecond: string | null, until = '2026-12-01T00:00:00.000000Z') => ({
  amountExact,
  amount: 'as received',
  ...(perSecond === null ? {} : { rate: { perSecond, until } }),
});

describe('a charge carried on', () => {
  it.each<[string, ReturnType<typeof charge>, number, string, string]>([
    ['by nothing at the moment of receipt', charge('1.5', '0.1'), 0, '1.5', 'as received'],
    ['by nothing when it does not run', charge('1.5', null), 60_000, '1.5', 'as received'],
    ['by its rate', charge('12.5', '0.000009645061'), 1_000, '12.500009645061', '12.5'],
    ['over part of a second', charge('12.5', '0.000009645061'), 1_500, '12.500014467591', '12.5'],
    ['over the cent, half up', charge('0.0049', '0.0001'), 1_000, '0.005', '0.01'],
    ['below zero, away from zero as everywhere', charge('-0.0061', '0.0001'), 1_000, '-0.006', '-0.01'],
    ['across a thousand years of cents', charge('999.999999999999', '0.000000000001'), 1_000, '1000', '1000'],
    ['no further than its rate holds', charge('1', '0.5', '2026-11-24T14:03:08.250000Z'), 9_000, '1.5', '1.5'],
    [
      'not back, when its rate held until before the watermark',
      charge('1', '0.5', '2026-11-24T14:00:00Z'),
      9_000,
      '1',
      'as received',
    ],
  ])('%s', (_, given, elapsedMs, amountExact, amount) => {
    expect(carriedOn(given, THROUGH, elapsedMs, 2)).toMatchObject({ amountExact, amount });
  });

  it('is never ahead of its rate, and behind it by less than one in the last digit', () => {
    const amounts = fc.bigInt(0n, 10n ** 18n);
    fc.assert(
      fc.property(amounts, fc.bigInt(1n, 10n ** 12n), fc.nat(10_000_000), (amount, rate, elapsedMs) => {
        const text = (scaled: bigint) => `${scaled / 10n ** 12n}.${String(scaled % 10n ** 12n).padStart(12, '0')}`;
        const shown = carriedOn(charge(text(amount), text(rate), '2027-01-01T00:00:00Z'), THROUGH, elapsedMs, 2);
        const ahead = parseAmount(shown.amountExact) * 1000n - (amount * 1000n + rate * BigInt(elapsedMs));
        expect([ahead <= 0n, ahead > -1000n]).toEqual([true, true]);
      }),
    );
  });
});
