import type { Price } from './price.ts';

/** Values of usage by the names of its meter's dimensions. */
type Dimensions = Readonly<Record<string, string>>;

/** Whether a price is for usage of its meter with these dimensions. */
export function takes({ match = {} }: Price, dimensions: Dimensions): boolean {
  return Object.entries(match).every(([name, value]) => dimensions[name] === value);
}

/** Whether some usage could be taken by both: unless there is a dimension in which they want different values. */
export function canTakeTheSame(a: Price, b: Price): boolean {
  const wanted = b.match ?? {};
  return Object.entries(a.match ?? {}).every(([name, value]) => !Object.hasOwn(wanted, name) || wanted[name] === value);
}

/** Whether both take the same usage and make the same lines of it. */
export function takeAlike(a: Price, b: Price): boolean {
  return JSON.stringify([a.match, a.lineBy]) === JSON.stringify([b.match, b.lineBy]);
}

/** The dimensions that decide which charge usage belongs to, in order of their names. */
export function decidingDimensions({ match = {}, lineBy = [] }: Price): string[] {
  return [...new Set([...Object.keys(match), ...lineBy])].sort();
}

/** Which line of a price usage belongs to: by the dimensions it has a line for each value of. */
export function lineValuesOf({ lineBy = [] }: Price, dimensions: Dimensions): Record<string, string> {
  return Object.fromEntries(lineBy.map((name) => [name, dimensions[name] ?? '']));
}

/** What all usage of a line has: the dimensions its price takes it by, and the line's own. */
export function dimensionsOfLine({ match }: Price, lineValues: Dimensions): Record<string, string> {
  return { ...match, ...lineValues };
}

/**
 * The one price of a meter that takes usage with these dimensions; prices of one version never take the same.
 * @param decidedBy only prices that look at exactly these dimensions; `null` for all
 */
export function priceFor(
  prices: ReadonlyMap<string, Price>,
  meter: string,
  dimensions: Dimensions,
  decidedBy: readonly string[] | null,
): Price | null {
  for (const price of prices.values()) {
    if (price.meter !== meter) continue;
    if (decidedBy !== null && decidingDimensions(price).join('\0') !== decidedBy.join('\0')) continue;
    if (takes(price, dimensions)) return price;
  }
  return null;
}
