import { createHash } from 'node:crypto';

/** What a charge is told by, within an account's period. */
export interface ChargeLine {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
}

/** Whether both are the same line. */
export const isSameLine = (a: ChargeLine, b: ChargeLine): boolean =>
  a.priceKey === b.priceKey && lineText(a.lineValues) === lineText(b.lineValues);

/** A charge's id: the same for the same price and line of an account's period, however often it is computed. */
export function chargeIdOf(periodKey: string, priceKey: string, lineValues: Readonly<Record<string, string>>): string {
  const digest = createHash('sha256')
    .update(`[${JSON.stringify(priceKey)},${lineText(lineValues)}]`)
    .digest('hex');
  return `${periodKey}-${digest.slice(0, 20)}`;
}

/** Line values in one order, as text. */
export function lineText(lineValues: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(lineValues).sort(([a], [b]) => (a < b ? -1 : 1)));
}
