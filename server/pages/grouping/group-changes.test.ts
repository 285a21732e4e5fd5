import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUPINGS } from '../../domain/grouping.ts';
import { AMOUNT_ONE, amountText, parseAmount } from '../../domain/money.ts';
import { CORRECTIONS, productOfPrice } from '../../domain/pricing/product.ts';
import type { ChargeCompared } from '../../explanation/why/changes/charges-compared.ts';
import { changesOfGroups } from './group-changes.ts';

const TEAMS = {
  teamOf: new Map([
    ['shop', 'front'],
    ['search', 'back'],
  ]),
  names: new Map([
    ['front', 'Front'],
    ['back', 'Back'],
  ]),
};

function charge(app: string, priceKey: string, before: bigint, now: bigint, isCorrection = false): ChargeCompared {
  const corrects = { invoiceId: 'inv', number: 'A-1', chargeId: 'charge' };
  return {
    ...{ priceKey, lineValues: app === '' ? {} : { app }, description: 'Work', before, now },
    ...(isCorrection ? { corrects } : {}),
  };
}

const named = (...values: (string | null)[]) => values.map((value) => ({ value }));

const CHARGES = [
  charge('shop', 'dyno.web', 0n, 10n * AMOUNT_ONE),
  // Resized: one driver, of two charges.
  charge('search', 'dyno.small', 7n * AMOUNT_ONE, 0n),
  charge('search', 'dyno.web', 1n * AMOUNT_ONE, 13n * AMOUNT_ONE),
  charge('old', 'addon.mail', 3n * AMOUNT_ONE, 0n),
  charge('', 'tokens.large', 1n * AMOUNT_ONE, 2n * AMOUNT_ONE),
  charge('shop', 'dyno.web', 0n, -2n * AMOUNT_ONE, true),
];

describe('what groups differ by', () => {
  it('by app: each its own, and what is gone by itself', () => {
    const changes = changesOfGroups(CHARGES, named('shop', 'search', ''), { by: 'app', teams: TEAMS });
    expect(changes).toEqual({
      each: [
        { before: '0', change: '8' },
        { before: '8', change: '5' },
        { before: '1', change: '1' },
      ],
      gone: { count: 1, change: '-3' },
      all: { before: '12', change: '11' },
    });
  });

  it('what is gone is among the others, where there are others', () => {
    const changes = changesOfGroups(CHARGES, named('shop', null), { by: 'app', teams: TEAMS });
    expect(changes).toMatchObject({ each: [{ change: '8' }, { before: '12', change: '3' }], gone: null });
  });

  it('by team, by product and by price; a correction is of no price', () => {
    const of = (by: 'team' | 'product' | 'price', ...values: string[]) => {
      const { each, gone } = changesOfGroups(CHARGES, named(...values), { by, teams: TEAMS });
      return [each.map(({ change }) => change), gone];
    };
    expect(of('team', 'front', 'back', '')).toEqual([['8', '5', '-2'], null]);
    const products = [productOfPrice('dyno.web'), productOfPrice('tokens.large'), CORRECTIONS];
    expect(of('product', ...products)).toEqual([['15', '1', '-2'], { count: 1, change: '-3' }]);
    expect(of('price', 'dyno.web')).toEqual([['22'], { count: 4, change: '-11' }]);
  });

  it('all of it is told, however it is grouped', () => {
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    const app = fc.constantFrom('', 'shop', 'search', 'old');
    const price = fc.constantFrom('a.x', 'a.y', 'b.z');
    const charges = fc.array(fc.tuple(app, price, amount, amount, fc.boolean()).map((given) => charge(...given)));
    const values = fc.uniqueArray(fc.constantFrom('', 'shop', 'front', 'a', 'a.x', 'b.z', null));
    fc.assert(
      fc.property(charges, values, fc.constantFrom(...GROUPINGS), (all, some, by) => {
        const told = changesOfGroups(all, named(...some), { by, teams: TEAMS });
        const parts = [...told.each.map(({ change }) => change), told.gone?.change ?? '0'].map(parseAmount);
        const whole = all.reduce((sum, { before, now }) => sum + now - before, 0n);
        expect(parts.reduce((sum, each) => sum + each, 0n)).toBe(whole);
        expect(told.all.change).toBe(amountText(whole));
      }),
    );
  });
});
