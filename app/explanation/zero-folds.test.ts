import { describe, expect, it } from 'vitest';
import { inFolds } from './zero-folds.ts';

describe('what costs nothing', () => {
  it.each([
    [
      ['1', '0', '0.00', '2', '0'],
      [['1'], ['0', '0.00'], ['2'], ['0']],
    ],
    [
      ['-1', '1'],
      [['-1'], ['1']],
    ],
    [[], []],
  ])('of %j is folded where it stands together: %j', (amounts, folds) => {
    const rows = amounts.map((amountExact) => ({ amountExact }));
    expect(inFolds(rows).map((fold) => fold.map(({ amountExact }) => amountExact))).toEqual(folds);
  });
});
