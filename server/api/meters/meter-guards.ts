import { endedPeriodTouched } from '../../database/accounts/ended-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import { pricesOnMeter } from '../../database/prices/prices-on-meter.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf } from '../../domain/instant.ts';
import type { MeterDefinition } from '../../domain/meter.ts';
import type { Ruling } from '../../domain/timeline.ts';
import { rulingAt } from '../../domain/timeline.ts';
import { refused } from '../endpoint/input.ts';
import { faultsOfPrice } from '../prices/price-rules.ts';

/** What a meter says when, before the change. */
type Timeline = readonly Ruling<MeterDefinition | null>[];

/**
 * Throws 409 when a price in force while the definition rules could not take the meter any more: it would lose a dimension
 * it matches or has lines by, or an aggregation its model needs.
 * @param from microseconds, or minus infinity
 */
export async function requirePricesKept(
  queries: Queries,
  key: string,
  timeline: Timeline,
  definition: MeterDefinition,
  from: number,
): Promise<void> {
  const to = timeline.find((ruling) => ruling.from > from)?.from ?? Number.POSITIVE_INFINITY;
  const before = rulingAt(timeline, from)?.value ?? null;
  for (const { card, version, price } of await pricesOnMeter(queries, key, { from, to })) {
    // What the price could not take before either is not lost now.
    const had = before === null ? [] : faultsOfPrice(price, before);
    const lost = faultsOfPrice(price, definition).find((fault) => !had.includes(fault));
    if (lost === undefined) continue;
    const detail = `Price "${price.key}" of rate card ${card}, version ${version}, is in force then and needs it otherwise: ${lost}`;
    throw refused(409, '#', detail);
  }
}

/** Throws 409 when a price in force at or after an instant names the meter. */
export async function requireUnpriced(queries: Queries, key: string, from: Date): Promise<void> {
  const span = { from: microsOf(from), to: Number.POSITIVE_INFINITY };
  const [named] = await pricesOnMeter(queries, key, span);
  if (named === undefined) return;
  const { card, version, price } = named;
  const detail = `Price "${price.key}" of rate card ${card}, version ${version}, is of meter ${key}; add a version of the card without it first.`;
  throw refused(409, '#', detail);
}

/** Throws 409 when the change bears on a period that has ended; `touched` says from when on it bears on which account. */
export async function requireNothingEnded(
  queries: Queries,
  touched: ReadonlyMap<string, Micros>,
  now: Date,
): Promise<void> {
  const ended = await endedPeriodTouched(queries, touched, now);
  if (ended === null) return;
  const to = new Date(ended.periodTo / 1000).toISOString();
  const detail = `Period ${ended.periodKey} of account ${ended.accountId} has ended and has usage of this meter: let the change take effect from ${to} on, or say amend with a reason.`;
  throw refused(409, '#/effectiveFrom', detail);
}
