import { type ChargeLine, isSameLine } from '../domain/pricing/charge-line.ts';
import { dimensionsOfLine, lineValuesOf, takes } from '../domain/pricing/match.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { VersionInForce } from '../domain/rating/rating.types.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import { versionAt } from './charge-gathering.ts';

/** The dimensions usage of the charge has, by their positions in the meter's, from 1. */
export function positionsOf({
  meter,
  price,
  line,
}: {
  meter: RegisteredMeter;
  price: Price;
  line: ChargeLine;
}): { position: number; value: string }[] {
  return Object.entries(dimensionsOfLine(price, line.lineValues)).map(([name, value]) => ({
    position: meter.dimensionNames.indexOf(name) + 1,
    value,
  }));
}

/**
 * The dimensions all usage of the charge has, whichever version of its price rules; none where that differs from version to
 * version.
 */
export function commonDimensions(
  meter: RegisteredMeter,
  versions: readonly VersionInForce[],
  line: ChargeLine,
): { position: number; value: string }[] {
  const prices = versions.flatMap(({ prices }) => prices.get(line.priceKey) ?? []);
  const [first, ...others] = prices.map((price) => positionsOf({ meter, price, line }));
  if (first === undefined || first.some(({ position }) => position === 0)) return [];
  const isCommon = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return isCommon ? first : [];
}

/** Whether usage with these dimensions at an instant belongs to the charge, under the version then in force. */
export function isOfCharge(
  charge: ChargeLine,
  dimensions: Record<string, string>,
  at: number,
  versions: readonly VersionInForce[],
): boolean {
  const line = lineAt(charge.priceKey, dimensions, at, versions);
  return line !== null && isSameLine(line, charge);
}

/** The line of a price that usage with these dimensions at an instant belongs to; `null` where the price then in force is not for it. */
export function lineAt(
  priceKey: string,
  dimensions: Record<string, string>,
  at: number,
  versions: readonly VersionInForce[],
): ChargeLine | null {
  const price = versionAt(versions, at).prices.get(priceKey);
  if (price === undefined || !takes(price, dimensions)) return null;
  return { priceKey, lineValues: lineValuesOf(price, dimensions) };
}
