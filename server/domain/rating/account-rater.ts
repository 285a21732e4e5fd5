import { microsOf } from '../instant.ts';
import { quantitiesIn } from '../license-terms.ts';
import { type Amount, moneyText, quantityText } from '../money.ts';
import { chargeKey } from '../pricing/charge-line.ts';
import { modelOf } from '../pricing/models/models.ts';
import type { Price } from '../pricing/price.ts';
import { amountPool, coverAmounts, type PartsOfCharge } from './amount-coverage.ts';
import { BrokenRating } from './broken-rating.ts';
import { countUntil, rising } from './instants.ts';
import { coverWith } from './license-coverage.ts';
import { type LicenseTerm, type Pool, quantityPool } from './license-pool.ts';
import { cutPieces, type Piece, uncovered } from './piece.ts';
import { PriceFunction } from './price-function.ts';
import { ChargeRater, hasTermsOf, type Part } from './rate-charge.ts';
import { ChargeSums, roundedAmount } from './rated-charge.ts';
import type { ChargeUsage, Rating, RatingScope } from './rating.types.ts';

/** A charge while it is being rated. */
interface ChargeAtWork {
  /** Price and line, as text: what charges are told apart by. */
  key: string;
  priceKey: string;
  rater: ChargeRater;
  sums: ChargeSums;
  /** Where prices change and terms of its licenses begin and end. */
  cuts: readonly number[];
  /** Bounds of the days its intervals are cut at, if they are. */
  days: readonly number[];
  /** What licenses in money cover of it. */
  covered: Map<string, Amount>;
  /** When what was rated last began, microseconds: what comes before it would change what is told already. */
  ratedTo: number;
}

/**
 * Rates an account's usage of a billing period: licenses in quantities, allowance, charge model, cap or minimum, discount,
 * licenses in money, and the one rounding. Usage may come in several calls, each later than the one before: then it comes
 * to what all of it comes to at once, as long as nothing that is taken back came with an earlier call.
 */
export class AccountRater {
  private readonly terms: readonly LicenseTerm[];
  private works = new Map<string, ChargeAtWork>();
  private ofUsage: readonly Pool[];
  private ofMoney: readonly Pool[];
  private isFork = false;
  /** Of a fork: what it goes on from, and must not change. */
  private shared: ReadonlySet<ChargeAtWork> = new Set();

  /** By price, then by discount. */
  private readonly unused = new Map<Price, Map<string, PriceFunction>>();

  constructor(private readonly scope: RatingScope) {
    const { period, currency } = scope;
    this.terms = termsOf(scope);
    const isMoney = ({ license }: LicenseTerm) => license.unit === currency;
    this.ofUsage = this.terms.filter((term) => !isMoney(term)).map((term) => quantityPool(term, period));
    this.ofMoney = this.terms.filter(isMoney).map((term) => amountPool(term, period));
  }

  /**
   * @throws RangeError when a contribution lies outside the period, or where a bucket would have to be cut
   * @throws BrokenRating when a contribution comes before what was rated already (not in a fork), or a license covers more than it
   *   holds, or more of a part than there is
   */
  rate(charges: readonly ChargeUsage[]): void {
    const at = charges.map((charge) => ({ charge, work: this.workOf(charge) }));
    const licensed = prepared(at, this.ofUsage, ({ charge, work }) => ({
      priceKey: charge.priceKey,
      pieces: this.piecesOf(charge, work),
    }));
    for (const pool of this.ofUsage) coverWith(pool, inTurn(licensed));
    const rate = ({ charge, work }: { charge: ChargeUsage; work: ChargeAtWork }, onPart: (part: Part) => void) => {
      const pieces = licensed.get(work)?.pieces ?? this.piecesOf(charge, work);
      // Which day a bucket falls in matters only where days are told; events have one order, however they are counted.
      work.rater.rate(cutPieces(pieces, work.days, this.scope.byDay === true ? 'cut' : 'whole'), onPart);
    };
    // Only licenses in money look at parts of several charges together; without them no part is kept.
    const kept = prepared(at, this.ofMoney, (each): PartsOfCharge => {
      const parts: Part[] = [];
      rate(each, (part) => parts.push(part));
      return { priceKey: each.charge.priceKey, parts, covered: each.work.covered };
    });
    for (const pool of this.ofMoney) coverAmounts(pool, inTurn(kept));
    for (const each of at) {
      const { sums } = each.work;
      const before = kept.get(each.work);
      if (before === undefined) rate(each, (part) => sums.add(part));
      else for (const part of before.parts) sums.add(part);
      each.work.ratedTo = each.charge.contributions.reduce((last, { from }) => Math.max(last, from), each.work.ratedTo);
    }
    this.insistOnPools();
  }

  /** Whether some license covers charges of both: they must then be rated together. */
  sharesPools(some: readonly ChargeUsage[], others: readonly ChargeUsage[]): boolean {
    const covers = ({ license }: LicenseTerm, charges: readonly ChargeUsage[]) =>
      charges.some(({ priceKey }) => license.weights[priceKey] !== undefined);
    return this.terms.some((term) => covers(term, some) && covers(term, others));
  }

  /**
   * What everything rated so far comes to, charge by charge in the order they first came. Not of a fork.
   * @throws BrokenRating when parts do not add up to a charge
   */
  result(): Rating {
    return {
      charges: [...this.works.values()].map(({ sums, rater, covered }) =>
        sums.rated(rater.segments, rater.charged, covered),
      ),
      licenses: [...this.ofUsage, ...this.ofMoney].map(({ term, capacity, drawn, scale, exhaustions }) => {
        const [exhaustedAt = null, ...exhaustedAgainAt] = exhaustions;
        return {
          licenseId: term.license.id,
          from: term.from,
          capacity: quantityText(capacity / scale),
          drawn: quantityText(drawn / scale),
          exhaustedAt,
          ...(exhaustedAgainAt.length === 0 ? {} : { exhaustedAgainAt }),
        };
      }),
    };
  }

  /** Each charge's rounded amount, where nothing else of the result is wanted. Decimal text. */
  amounts(): string[] {
    const { minorUnit } = this.scope;
    return [...this.works.values()].map(({ rater, covered }) =>
      moneyText(roundedAmount(rater.charged, covered, minorUnit), minorUnit),
    );
  }

  /** Goes on from here without changing this one, which rates nothing any more. A fork tells amounts, not parts or days. */
  fork(): AccountRater {
    const fork = new AccountRater({ ...this.scope, byDay: false, onPart: () => {} });
    fork.isFork = true;
    fork.works = new Map(this.works);
    fork.shared = new Set(this.works.values());
    fork.ofUsage = this.ofUsage.map((pool) => ({ ...pool }));
    fork.ofMoney = this.ofMoney.map((pool) => ({ ...pool }));
    return fork;
  }

  private insistOnPools(): void {
    for (const { term, capacity, drawn, scale } of [...this.ofUsage, ...this.ofMoney]) {
      if (drawn <= capacity) continue;
      const [given, held] = [quantityText(drawn / scale), quantityText(capacity / scale)];
      const what = `license "${term.license.id}" covers ${given}, more than the ${held} it holds`;
      throw new BrokenRating(what, this.scope.accountId);
    }
  }

  private workOf(charge: ChargeUsage): ChargeAtWork {
    const key = chargeKey(charge);
    const known = this.works.get(key);
    if (known !== undefined && !this.shared.has(known)) return known;
    const sums = new ChargeSums(this.scope, charge);
    const work =
      known === undefined
        ? { ...this.newWork(charge), key, sums, covered: new Map(), ratedTo: 0 }
        : { ...known, sums, rater: known.rater.fork(), covered: new Map(known.covered) };
    this.works.set(key, work);
    return work;
  }

  private newWork({ priceKey }: ChargeUsage): Pick<ChargeAtWork, 'priceKey' | 'rater' | 'cuts' | 'days'> {
    const { versions, byDay, byStage, days } = this.scope;
    const each = versions.map(({ from, prices, discountPercent }) => {
      return { from, price: prices.get(priceKey) ?? null, discountPercent };
    });
    const terms = this.terms.filter(({ license }) => license.weights[priceKey] !== undefined);
    const inMoney = this.ofMoney.some(({ term }) => terms.includes(term));
    // Amounts that a license pays in time order must not be cut where nothing changes.
    const segments = inMoney ? each.filter((segment, i) => i === 0 || !hasTermsOf(segment, each[i - 1])) : each;
    // Whether days are asked for changes no amount: where it could, intervals are cut at midnight anyway.
    const inOrderOfDays = inMoney || segments.some(({ price }) => price !== null && !isSeparable(price));
    return {
      priceKey,
      rater: new ChargeRater(
        segments,
        (price, discountPercent) => this.functionOf(price, discountPercent),
        byStage === true,
      ),
      cuts: rising([...segments.slice(1).map(({ from }) => from), ...this.cutsOf(terms)]),
      days: byDay === true || inOrderOfDays ? days : [],
    };
  }

  /** Where usage is counted apart: licenses begin and end, and of so many in all or at a time another number holds. */
  private cutsOf(terms: readonly LicenseTerm[]): number[] {
    const levels = this.ofUsage.flatMap(({ term }) =>
      term.license.measure === 'max' && terms.includes(term)
        ? quantitiesIn(term.license, term).map(({ from }) => from)
        : [],
    );
    return [...terms.flatMap(({ from, to }) => [from, to]), ...levels];
  }

  /** Many charges have the same price: what its text says is read once. */
  private functionOf(price: Price, discountPercent: string): PriceFunction {
    const ofPrice = this.unused.get(price) ?? new Map<string, PriceFunction>();
    this.unused.set(price, ofPrice);
    const unused = ofPrice.get(discountPercent) ?? new PriceFunction(price, discountPercent);
    ofPrice.set(discountPercent, unused);
    return unused.fork();
  }

  /** The charge's usage in the order it counts, where there is a price for it: the rest is charged nothing and draws nothing. */
  private piecesOf({ priceKey, contributions }: ChargeUsage, work: ChargeAtWork): Piece[] {
    const { period } = this.scope;
    const { cuts, ratedTo } = work;
    const { segments } = work.rater;
    for (const { kind, from, to, id } of contributions) {
      // A forecast begins at the watermark, and what was sent ahead of it may be rated already.
      if (from < ratedTo && !this.isFork) {
        const what = `charge "${priceKey}": "${id}" at ${from} comes before what was rated already, up to ${ratedTo}`;
        throw new BrokenRating(what, this.scope.accountId);
      }
      if (from >= period.from && from < period.to && (kind !== 'interval' || to <= period.to)) continue;
      throw new RangeError(`"${id}" of price "${priceKey}" lies outside the billing period`);
    }
    const pieces = cutPieces(contributions.map(uncovered), cuts);
    if (segments.every(({ price }) => price !== null)) return pieces;
    const starts = segments.map(({ from }) => from);
    return pieces.filter(({ contribution }) => segments[countUntil(starts, contribution.from) - 1]?.price);
  }
}

/** The licenses that rule some of the period, in the order they cover: earlier terms first, then by id. */
function termsOf({ period, licenses }: RatingScope): LicenseTerm[] {
  return licenses
    .map((license) => ({
      license,
      from: Math.max(period.from, microsOf(license.from)),
      to: Math.min(period.to, microsOf(license.to)),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from || (a.license.id < b.license.id ? -1 : 1));
}

/** Whether a part's amount depends on nothing but its own slot, so that the order of the others does not matter. */
function isSeparable(price: Price): boolean {
  return modelOf(price).isSeparable && price.minimum === undefined && price.maximum?.scope !== 'line';
}

/** Prepares the charges that any of these licenses names. */
function prepared<Prepared>(
  charges: readonly { charge: ChargeUsage; work: ChargeAtWork }[],
  pools: readonly Pool[],
  prepare: (each: { charge: ChargeUsage; work: ChargeAtWork }) => Prepared,
): Map<ChargeAtWork, Prepared> {
  const named = new Set(pools.flatMap(({ term }) => Object.keys(term.license.weights)));
  const those = charges.filter(({ charge }) => named.has(charge.priceKey));
  return new Map(those.map((each) => [each.work, prepare(each)]));
}

/** What was prepared, by price and line: where one event feeds two charges, their order must not come from the caller. */
function inTurn<Prepared>(prepared: ReadonlyMap<ChargeAtWork, Prepared>): Prepared[] {
  return [...prepared].sort(([a], [b]) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(([, value]) => value);
}
