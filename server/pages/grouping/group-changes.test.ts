import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUPINGS } from '../../domain/grouping.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import { CORRECTIONS, productOfPrice } from '../../domain/pricing/product.ts';
import type { DriverInside, ToldDriver } from '../../explanation/why/changes/changes.types.ts';
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

function driver(kind: ToldDriver['kind'], ...parts: [app: string, priceKey: string | undefined, amount: string][]) {
  const inside = parts.map(([app, priceKey, amountExact], i): DriverInside => {
    const lineValues: Record<string, string> = app === '' ? {} : { app };
    return {
      ...{ chargeId: `${kind} ${i}`, description: 'Work', lineValues, resource: null, amountExact },
      ...(priceKey === undefined ? {} : { priceKey }),
    };
  });
  const amountExact = amountText(inside.reduce((sum, each) => sum + parseAmount(each.amountExact), 0n));
  return { kind, description: kind, amountExact, inside };
}

const named = (...values: (string | null)[]) => values.map((value) => ({ value }));

const DRIVERS = [
  driver('license', ['shop', 'dyno:web', '10'], ['search', 'dyno:web', '5.25']),
  driver('gone', ['old', 'addon:mail', '-3']),
  driver('usage', ['', 'tokens:large', '0.5'], ['shop', 'dyno:web', '-1']),
  driver('correction', ['shop', undefined, '-2']),
  { kind: 'tax' as const, description: 'Tax', amountExact: '7', inside: [] },
];

describe('what a difference makes of groups', () => {
  it('by app: each its own, and what is gone by itself', () => {
    const changes = changesOfGroups({ drivers: DRIVERS }, named('shop', 'search', ''), { by: 'app', teams: TEAMS });
    expect(changes).toEqual({ changes: ['7', '5.25', '0.5'], gone: { count: 1, change: '-3' }, sum: '9.75' });
  });

  it('what is gone is among the others, where there are others', () => {
    const changes = changesOfGroups({ drivers: DRIVERS }, named('shop', null), { by: 'app', teams: TEAMS });
    expect(changes).toEqual({ changes: ['7', '2.75'], gone: null, sum: '9.75' });
  });

  it('by team, by product and by price; a correction is of no price', () => {
    const of = (by: 'team' | 'product' | 'price', ...values: string[]) =>
      changesOfGroups({ drivers: DRIVERS }, named(...values), { by, teams: TEAMS });
    expect(of('team', 'front', 'back', '')).toMatchObject({ changes: ['7', '5.25', '-2.5'], gone: null });
    expect(of('product', productOfPrice('dyno:web'), productOfPrice('tokens:large'), CORRECTIONS)).toMatchObject({
      changes: ['14.25', '0.5', '-2'],
      gone: { count: 1, change: '-3' },
    });
    expect(of('price', 'dyno:web')).toMatchObject({ changes: ['14.25'], gone: { count: 3, change: '-4.5' } });
  });

  it('all of it is told, however it is grouped', () => {
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(amountText);
    const part = fc.tuple(fc.constantFrom('', 'shop', 'search', 'old'), fc.constantFrom('a:x', 'a:y', 'b:z'), amount);
    const drivers = fc.array(
      fc.array(part, { maxLength: 5 }).map((parts) => driver('usage', ...parts)),
      { maxLength: 6 },
    );
    const values = fc.uniqueArray(fc.constantFrom('', 'shop', 'front', 'a', 'a:x', 'b:z', null));
    fc.assert(
      fc.property(drivers, values, fc.constantFrom(...GROUPINGS), (all, some, by) => {
        const told = changesOfGroups({ drivers: all }, named(...some), { by, teams: TEAMS });
        const parts = [...told.changes, told.gone?.change ?? '0'].map(parseAmount);
        const whole = all.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
        expect(parts.reduce((sum, each) => sum + each, 0n)).toBe(whole);
        expect(told.sum).toBe(amountText(whole));
      }),
    );
  });
});
