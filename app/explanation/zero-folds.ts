import { isZero } from '#server/domain/decimal.ts';

/** Rows in their order, those in a row that cost nothing together; every other by itself. */
export function inFolds<Row extends { amountExact: string }>(rows: readonly Row[]): [Row, ...Row[]][] {
  const folds: [Row, ...Row[]][] = [];
  for (const row of rows) {
    const last = folds.at(-1);
    if (last !== undefined && isZero(row.amountExact) && isZero(last[0].amountExact)) last.push(row);
    else folds.push([row]);
  }
  return folds;
}
