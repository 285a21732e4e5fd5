import {
  AMOUNT_ONE,
  type Amount,
  amountText,
  moneyText,
  parseAmount,
  type Quantity,
  quantityText,
  roundToMinorUnit,
} from '../money.ts';
import type { License, Price } from '../price.ts';
import { type Contribution, cutAt, inOrder } from './contribution.ts';
import { drawDown } from './draw-down.ts';
import { coverWith, type Drawdown, type LicenseTerm, type PiecesOfCharge } from './license-coverage.ts';
import { type Part, type PriceSegment, rateCharge, spanOf, withoutReturned } from './rate-charge.ts';

/** The usage of one charge: a price, and where the price says so one value of each of its line dimensions. */
export interface ChargeUsage {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
  contributions: readonly Contribution[];
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

/** A part with what licenses in money cover of it; `amount − coveredAmount` is what it adds to the line. */
export interface RatedPart extends Part {
  coveredAmount: Amount;
}

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
    | 'rounding';
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

/**
 * Rates all charges of one account and billing period: licenses in quantities, allowance, charge model, cap or minimum,
 * discount, licenses in money, and the one rounding. The same function for every surface.
 */
export function rateAccount(input: RatingInput): Rating {
  const terms = termsOf(input);
  const segmentStarts = input.versions.map(({ from }) => from).slice(1);
  const rated = input.charges.map((charge) => {
    const named = terms.filter(({ license }) => license.weights[charge.priceKey] !== undefined);
    const cuts = rising([...segmentStarts, ...named.flatMap(({ from, to }) => [from, to])]);
    const pieces = charge.contributions
      .flatMap((c) => cutAt(c, cuts))
      .map((contribution) => ({ contribution, covered: [] }));
    return { charge, priceKey: charge.priceKey, pieces } as PiecesOfCharge & { charge: ChargeUsage };
  });
  const drawdowns: Drawdown[] = [];
  const inMoney = (term: LicenseTerm) => term.license.unit === input.currency;
  for (const term of terms) if (!inMoney(term)) drawdowns.push(coverWith(term, input.period, rated));

  const amounts = rated.map(({ charge, pieces }) => amountsOf(input, charge, pieces));
  for (const term of terms) if (inMoney(term)) drawdowns.push(coverAmounts(term, input.period, amounts));
  return {
    charges: amounts.map((amount) => ratedCharge(input, amount)),
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

interface Amounts {
  charge: ChargeUsage;
  segments: PriceSegment[];
  result: ReturnType<typeof rateCharge>;
  parts: RatedPart[];
  coveredAmount: { licenseId: string; amount: Amount }[];
}

function amountsOf(input: RatingInput, charge: ChargeUsage, pieces: PiecesOfCharge['pieces']): Amounts {
  const segments = input.versions.map(({ from, prices }) => ({ from, price: prices.get(charge.priceKey) ?? null }));
  const cutsByDay = input.byDay === true || segments.some(({ price }) => price !== null && !separable(price));
  const days = cutsByDay ? input.days : [];
  const windows = rising([...segments.map(({ from }) => from).slice(1), ...days]);
  const cut = pieces
    .flatMap((piece) => {
      const cuts = piece.contribution.kind === 'interval' ? cutAt(piece.contribution, days) : [piece.contribution];
      if (cuts.length === 1) return [piece];
      // An interval's piece is covered whole or not at all.
      return cuts.map((contribution) => ({
        contribution,
        covered: piece.covered.map(({ licenseId }) => ({ licenseId, quantity: contribution.quantity })),
      }));
    })
    .map((piece) => ({ piece, window: windowOf(windows, piece.contribution.from) }))
    .sort((a, b) => a.window - b.window || inOrder(a.piece.contribution, b.piece.contribution))
    .map(({ piece }) => piece);
  const parts: RatedPart[] = [];
  const result = rateCharge(segments, input.discountPercent, cut, (part) => parts.push({ ...part, coveredAmount: 0n }));
  return { charge, segments, result, parts, coveredAmount: [] };
}

/** Whether a part's amount depends on nothing but its own slot, so that the order of the others does not matter. */
function separable(price: Price): boolean {
  const even = price.model === 'per_time' || price.model === 'per_unit' || price.model === 'flat';
  return even && price.minimum === undefined && price.maximum?.scope !== 'line';
}

/** Covers amounts with a license in money, in time order over all its charges. */
function coverAmounts(term: LicenseTerm, period: RatingInput['period'], amounts: readonly Amounts[]): Drawdown {
  const { license } = term;
  const capacity = (parseAmount(license.quantity) * BigInt(term.to - term.from)) / BigInt(period.to - period.from);
  const claimants = amounts.flatMap((amount) => {
    const weight = license.weights[amount.charge.priceKey];
    if (weight === undefined) return [];
    const rests = withoutReturned(amount.parts.map((part) => part.amount - part.coveredAmount));
    return amount.parts.flatMap((part, i) => {
      const { from } = part.contribution;
      const rest = rests[i] as Amount;
      return from < term.from || from >= term.to || rest === 0n
        ? []
        : [{ amount, part, rest, weight: parseAmount(weight) }];
    });
  });
  claimants.sort((a, b) => inOrder(a.part.contribution, b.part.contribution));
  const claims = claimants.map(({ part, rest, weight }) => ({ ...spanOf(part.contribution), total: rest * weight }));
  const { covered, exhaustedAt } = drawDown(capacity * AMOUNT_ONE, claims);
  let drawn = 0n;
  const byCharge = new Map<Amounts, Amount>();
  claimants.forEach(({ amount, part, weight }, i) => {
    const taken = (covered[i] as bigint) / weight;
    part.coveredAmount += taken;
    byCharge.set(amount, (byCharge.get(amount) ?? 0n) + taken);
    drawn += taken * weight;
  });
  for (const [amount, sum] of byCharge) amount.coveredAmount.push({ licenseId: license.id, amount: sum });
  // Told in the same 10⁻¹⁸ as quantities.
  const scale = 1_000_000n;
  return { licenseId: license.id, capacity: capacity * scale, drawn: (drawn / AMOUNT_ONE) * scale, exhaustedAt };
}

function ratedCharge(input: RatingInput, { charge, segments, result, parts, coveredAmount }: Amounts): RatedCharge {
  const price = segments.findLast((segment) => segment.price !== null)?.price;
  if (!price) throw new Error(`no version of the rate card has price "${charge.priceKey}"`);
  let quantity = 0n;
  const covered = new Map<string, Quantity>();
  const days = input.byDay === true ? input.days.slice(0, -1).map(() => 0n) : [];
  for (const part of parts) {
    quantity += part.contribution.quantity;
    for (const { licenseId, quantity: q } of part.covered) covered.set(licenseId, (covered.get(licenseId) ?? 0n) + q);
    if (days.length > 0) {
      const day = windowOf(input.days, part.contribution.from) - 1;
      days[day] = (days[day] ?? 0n) + part.amount - part.coveredAmount;
    }
    input.onPart?.(charge, part);
  }
  const money = coveredAmount.reduce((sum, { amount }) => sum + amount, 0n);
  const exact = result.stages.discounted - money;
  const rounded = roundToMinorUnit(exact, input.minorUnit);
  const { model, limited, discounted } = result.stages;
  const off = (amount: Amount) => amountText(-amount);
  const steps: Step[] = [{ name: 'usage', quantity: quantityText(quantity) }];
  for (const [licenseId, q] of covered) steps.push({ name: 'license', licenseId, quantity: quantityText(-q) });
  if (result.included !== 0n) steps.push({ name: 'allowance', quantity: quantityText(-result.included) });
  steps.push({ name: 'charge model', amount: amountText(model) });
  if (limited !== model) steps.push({ name: 'cap or minimum', amount: amountText(limited - model) });
  if (discounted !== limited) steps.push({ name: 'discount', amount: amountText(discounted - limited) });
  for (const { licenseId, amount } of coveredAmount)
    steps.push({ name: 'license credit', licenseId, amount: off(amount) });
  if (rounded !== exact) steps.push({ name: 'rounding', amount: amountText(rounded - exact) });
  return {
    priceKey: charge.priceKey,
    lineValues: charge.lineValues,
    price,
    quantity: quantityText(quantity),
    steps,
    amountExact: amountText(exact),
    amount: moneyText(rounded, input.minorUnit),
    days: days.map(amountText),
    base: amountText(result.base),
  };
}

/** How many of the instants are at or before this one. */
function windowOf(instants: readonly number[], at: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rising(instants: readonly number[]): number[] {
  return [...new Set(instants)].sort((a, b) => a - b);
}
