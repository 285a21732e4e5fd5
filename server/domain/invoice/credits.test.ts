import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, parseAmount } from '../money.ts';
import { chooseDraws } from './credits.ts';

const grants = (...balances: string[]) =>
  balances.map((balance, i) => ({ id: `g${i}`, reason: `r${i}`, pays: 'charges' as const, balance }));
const amounts = (balances: string[], due: string) =>
  chooseDraws(grants(...balances), due).map(({ grantId, amount }) => [grantId, amount]);

describe('draws', () => {
  it.each([
    ['nothing granted', [], '10', []],
    ['enough in the first', ['20'], '7.25', [['g0', '7.25']]],
    ['exactly one grant', ['5.00', '5'], '5', [['g0', '5']]],
    [
      'two grants and a part',
      ['5', '2.50', '9'],
      '10',
      [
        ['g0', '5'],
        ['g1', '2.5'],
        ['g2', '2.5'],
      ],
    ],
    [
      'less than due',
      ['1', '2'],
      '10',
      [
        ['g0', '1'],
        ['g1', '2'],
      ],
    ],
    ['an empty grant', ['0', '2'], '1', [['g1', '1']]],
    ['nothing due', ['5'], '0', []],
    ['less than nothing due', ['5'], '-3', []],
  ])('with %s', (_, balances, due, expected) => expect(amounts(balances, due)).toEqual(expected));

  it('carry the reason of their grant', () => {
    expect(chooseDraws([{ id: 'a', reason: 'Sorry for the outage', pays: 'charges', balance: '1' }], '3')).toEqual([
      { grantId: 'a', reason: 'Sorry for the outage', amount: '1' },
    ]);
  });

  it('never take more than is due or there, and use up each grant before the next', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 8n }).map((n) => amountText(n * 10n ** 10n));
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 12 }), cents, (balances, due) => {
        const draws = chooseDraws(grants(...balances), due);
        const sum = (texts: string[]) => texts.reduce((total, text) => total + parseAmount(text), 0n);
        const drawn = sum(draws.map((draw) => draw.amount));
        const there = sum(balances);
        const suffices = there >= parseAmount(due);
        expect(drawn).toBe(suffices ? parseAmount(due) : there);
        for (const draw of draws.slice(0, -1)) {
          expect(parseAmount(draw.amount)).toBe(parseAmount(balances[Number(draw.grantId.slice(1))] ?? ''));
        }
      }),
    );
  });
});
