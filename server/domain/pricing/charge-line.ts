import { onceForEach } from '../once-for-each.ts';

/** What a charge is told by, within an account's period: a price, and which line of it. */
export interface ChargeLine {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
}

/** What charges of an account's period are told apart by: the same text for the same price and line values, in whatever order. */
export function chargeKey({ priceKey, lineValues }: ChargeLine): string {
  return `[${JSON.stringify(priceKey)},${lineText(lineValues)}]`;
}

/** Whether both are the same line. */
export function isSameLine(a: ChargeLine, b: ChargeLine): boolean {
  return a.priceKey === b.priceKey && lineText(a.lineValues) === lineText(b.lineValues);
}

/** Line values in one order, as text. */
export const lineText = onceForEach((lineValues: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(lineValues).sort(([a], [b]) => (a < b ? -1 : 1))),
);
