import { quantityText } from '../money.ts';
import type { License, Price } from '../price.ts';
import { coverAmounts, type PartsOfCharge } from './amount-coverage.ts';
import type { Contribution } from './contribution.ts';
import { countUntil, rising } from './instants.ts';
import { coverWith, type Drawdown, type LicenseTerm } from './license-coverage.ts';
import { cutPieces, type Piece, uncovered } from './piece.ts';
import { type ChargeAmounts, type Part, type PriceSegment, rateCharge } from './rate-charge.ts';
import { ChargeSums } from './rated-charge.ts';

/** The usage of one charge: a price, and where the price says so one value of each of its line dimensions. */
export interface ChargeUsage {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
  contributions: readonly Contribution[];
  /** Its quantity is a maximum, a latest value or a number of different ones: more of the same adds nothing. */
  running?: true;
}

/** A rate card version from the instant it rules this period, in microseconds; the first from the period's start. */
export interface VersionInForce {
  from: number;
  version: number;
  prices: ReadonlyMap<string, Price>;
}

/** Everything the charges of one account and billing period are computed from. Instants in microseconds. */
export interface RatingInput {
  period: { from: number; to: number };
  /** Bounds of the period's days in the account's zone, both ends included. */
  days: readonly number[];
  versions: readonly VersionInForce[];
  /** Decimal text, 0 to 100. */
  discountPercent: string;
  currency: string;
  minorUnit: number;
  licenses: readonly License[];
  charges: readonly ChargeUsage[];
  /** Whether `RatedCharge.days` is wanted: every interval is then cut at midnight. */
  byDay?: boolean;
  /** Told every part of every charge, charge by charge. */
  onPart?: (charge: ChargeUsage, part: RatedPart) => void;
}

/** A part of a charge, as it ends up on the line. */
export type RatedPart = Part;

/** One line of the calculation, in the order it is done. Exact decimal text. */
export interface Step {
  name:
    | 'usage'
    | 'license'
    | 'allowance'
    | 'charge model'
    | 'cap or minimum'
    | 'discount'
    | 'license credit'
    | 'rounding'
    /** Of a correction: what the charge comes to now, and what was charged so far. */
    | 'now'
    | 'charged before';
  /** Of which license, for steps of licenses. */
  licenseId?: string;
  /** In the meter's unit; negative where something is taken off. */
  quantity?: string;
  /** In the currency; negative where something is taken off. The amounts add up to the rounded line. */
  amount?: string;
}

/** A charge, rated. */
export interface RatedCharge {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
  /** The price of the last version that has it: its description and unit are shown. */
  price: Price;
  quantity: string;
  steps: Step[];
  /** 12 decimals at most. */
  amountExact: string;
  /** Rounded once to the currency's minor unit, half up. */
  amount: string;
  /** Exact amounts of each day, in the order of the days; they and `base` add up to `amountExact`. Only with `byDay`. */
  days: string[];
  /** Due without usage. */
  base: string;
}

/** A license's pool in the period. Quantities in the license's unit; unit-seconds for unit-months. */
export interface RatedLicense {
  licenseId: string;
  capacity: string;
  drawn: string;
  exhaustedAt: number | null;
}

export interface Rating {
  charges: RatedCharge[];
  licenses: RatedLicense[];
}

/** A charge while it is being rated. */
interface ChargeAtWork {
  charge: ChargeUsage;
  segments: readonly PriceSegment[];
  /** Where prices change and terms of its licenses begin and end. */
  cuts: readonly number[];
  /** Bounds of the days its intervals are cut at, if they are. */
  days: readonly number[];
}

/**
 * Rates all charges of one account and billing period: licenses in quantities, allowance, charge model, cap or minimum,
 * discount, licenses in money, and the one rounding. The same function for every surface.
 * @throws RangeError when a contribution lies outside the period, or where a bucket would have to be cut
 */
export function rateAccount(input: RatingInput): Rating {
  const terms = termsOf(input);
  const ofMoney = terms.filter(({ license }) => license.unit === input.currency);
  const ofUsage = terms.filter(({ license }) => license.unit !== input.currency);
  const works = input.charges.map((charge) => workOf(input, charge, terms, ofMoney));

  const drawdowns: Drawdown[] = [];
  const licensed = named(works, ofUsage, (work) => ({ priceKey: work.charge.priceKey, pieces: piecesOf(input, work) }));
  for (const term of ofUsage) drawdowns.push(coverWith(term, input.period, inTurn(licensed)));
  const rate = (work: ChargeAtWork, onPart: (part: Part) => void): ChargeAmounts => {
    const pieces = licensed.get(work)?.pieces ?? piecesOf(input, work);
    // Which day a bucket falls in matters only where days are told; events have one order, however they are counted.
    const cut = cutPieces(pieces, work.days, input.byDay === true ? 'cut' : 'whole');
    return rateCharge(work.segments, input.discountPercent, cut, onPart);
  };

  // Only licenses in money look at parts of several charges together; without them no part is kept.
  const kept = named(works, ofMoney, (work): PartsOfCharge & { result: ChargeAmounts } => {
    const parts: Part[] = [];
    const result = rate(work, (part) => parts.push(part));
    return { priceKey: work.charge.priceKey, parts, coveredAmount: [], result };
  });
  for (const term of ofMoney) drawdowns.push(coverAmounts(term, input.period, inTurn(kept)));

  const charges = works.map((work) => {
    const sums = new ChargeSums(input, work.charge);
    const before = kept.get(work);
    if (before === undefined)
      return sums.rated(
        work.segments,
        rate(work, (part) => sums.add(part)),
        [],
      );
    for (const part of before.parts) sums.add(part);
    return sums.rated(work.segments, before.result, before.coveredAmount);
  });
  return {
    charges,
    licenses: drawdowns.map(({ licenseId, capacity, drawn, exhaustedAt }) => ({
      licenseId,
      capacity: quantityText(capacity),
      drawn: quantityText(drawn),
      exhaustedAt,
    })),
  };
}

/** The licenses that rule some of the period, in the order they cover: earlier terms first, then by id. */
function termsOf({ period, licenses }: RatingInput): LicenseTerm[] {
  return licenses
    .map((license) => ({
      license,
      from: Math.max(period.from, Date.parse(license.from) * 1000),
      to: Math.min(period.to, Date.parse(license.to) * 1000),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from || (a.license.id < b.license.id ? -1 : 1));
}

function workOf(
  input: RatingInput,
  charge: ChargeUsage,
  terms: readonly LicenseTerm[],
  ofMoney: readonly LicenseTerm[],
): ChargeAtWork {
  const segments = input.versions.map(({ from, prices }) => ({ from, price: prices.get(charge.priceKey) ?? null }));
  const bounds = terms.filter((term) => covers(term, charge)).flatMap(({ from, to }) => [from, to]);
  // Whether days are asked for changes no amount: where it could, intervals are cut at midnight anyway.
  const inOrderOfDays =
    segments.some(({ price }) => price !== null && !isSeparable(price)) || ofMoney.some((term) => covers(term, charge));
  return {
    charge,
    segments,
    cuts: rising([...segments.slice(1).map(({ from }) => from), ...bounds]),
    days: input.byDay === true || inOrderOfDays ? input.days : [],
  };
}

/** Whether a part's amount depends on nothing but its own slot, so that the order of the others does not matter. */
function isSeparable(price: Price): boolean {
  const even = price.model === 'per_time' || price.model === 'per_unit' || price.model === 'flat';
  return even && price.minimum === undefined && price.maximum?.scope !== 'line';
}

/** The charge's usage in the order it counts, where there is a price for it: the rest is charged nothing and draws nothing. */
function piecesOf({ period }: RatingInput, { charge, segments, cuts }: ChargeAtWork): Piece[] {
  for (const { kind, from, to, id } of charge.contributions) {
    if (from >= period.from && from < period.to && (kind !== 'interval' || to <= period.to)) continue;
    throw new RangeError(`"${id}" of price "${charge.priceKey}" lies outside the billing period`);
  }
  const pieces = cutPieces(charge.contributions.map(uncovered), cuts);
  if (segments.every(({ price }) => price !== null)) return pieces;
  const starts = segments.map(({ from }) => from);
  return pieces.filter(({ contribution }) => segments[countUntil(starts, contribution.from) - 1]?.price);
}

function covers({ license }: LicenseTerm, { priceKey }: ChargeUsage): boolean {
  return license.weights[priceKey] !== undefined;
}

/** Prepares the charges that any of these licenses names. */
function named<Prepared>(
  works: readonly ChargeAtWork[],
  terms: readonly LicenseTerm[],
  prepare: (work: ChargeAtWork) => Prepared,
): Map<ChargeAtWork, Prepared> {
  const those = works.filter(({ charge }) => terms.some((term) => covers(term, charge)));
  return new Map(those.map((work) => [work, prepare(work)]));
}

/** What was prepared, by price and line: where one event feeds two charges, their order must not come from the caller. */
function inTurn<Prepared>(prepared: ReadonlyMap<ChargeAtWork, Prepared>): Prepared[] {
  const keyOf = ({ charge: { priceKey, lineValues } }: ChargeAtWork) =>
    JSON.stringify([priceKey, Object.entries(lineValues).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return [...prepared]
    .map(([work, value]) => ({ key: keyOf(work), value }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ value }) => value);
}
