import { type Amount, parseAmount, type Quantity } from '../money.ts';
import type { Price } from '../pricing/price.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { Allowance, type Included } from './allowance.ts';
import { type ChargedSums, countMove, nothingCharged, total } from './charged-sums.ts';
import { type Contribution, cutAt } from './contribution.ts';
import { coveredOf, type Piece } from './piece.ts';
import type { PriceFunction, PriceStages } from './price-function.ts';

/** A stretch of the billing period under the same terms; `null` where the rate card has no such price then. */
export interface PriceSegment {
  from: number;
  price: Price | null;
  discountPercent: string;
}

/** What a license in money covers of a part. */
export interface CoveredAmount {
  licenseId: string;
  amount: Amount;
}

/** A piece with what it costs. */
export interface Part extends Piece {
  /** Covered by the price's own allowance; negative where it gives back. */
  included: Quantity;
  /** The exact difference it makes to the charge, before licenses in money. */
  amount: Amount;
  /** What a cap or a minimum makes of it, and then the agreed discount, both within `amount`; 0 unless stages are told. */
  limits: Amount;
  discount: Amount;
  /** Of a bucket: whether every share of it costs its share, so that it need not be known which event came first. */
  even: boolean;
  /** What licenses in money cover of it, once they have been asked; `amount − coveredAmount` is what it adds to the line. */
  coveredAmount: Amount;
  /** By license; together `coveredAmount`. */
  coveredAmounts: readonly CoveredAmount[];
}

/** A charge up to its discount; licenses in money and the rounding come after. */
export interface ChargeAmounts {
  /** Due without any usage. */
  base: Amount;
  /** What is charged by the terms of each segment, what is due without usage included; `null` where there is no price. */
  bySegment: readonly (ChargedSums | null)[];
  /** The denominators of their `exact`. */
  denominators: readonly bigint[];
}

/** A price in force and its allowance, which neighbours alike share, and what is charged by it. */
interface Version {
  p: PriceFunction;
  allowance: Allowance;
  sums: ChargedSums;
}

/** From where on the quantity so far is charged by a segment's terms, up to where the next range begins. */
interface Range {
  segment: number;
  from: Quantity;
}

const NO_AMOUNTS: readonly CoveredAmount[] = [];

/**
 * The amount of a charge and of every part of it: P(Q after) − P(Q before), so that base and parts add up to what is
 * charged exactly, whatever the model, and usage under one set of terms costs P of the quantity at its end.
 *
 * Terms that begin inside the period go on from the quantity so far they find: allowance, tiers and caps run through the
 * whole period, each segment charges the difference its own price makes from its first instant on. What is taken back is
 * taken back at the price it was charged at, the last first; beyond that at the price in force. As long as there was no
 * usage, the newer segment takes the place of the older: only one of them says what is due without any.
 */
export class ChargeRater {
  private base: Amount = 0n;
  private counted = 0;
  /** After licenses. */
  private soFar: Quantity = 0n;
  private ranges: Range[] = [];
  private versions: readonly (Version | null)[];

  /**
   * @param segments rising, the first from the period's start
   * @param functionOf makes a price's function, to which nothing was added yet
   * @param tellsStages whether parts tell what caps, minimums and discounts make of them
   */
  constructor(
    readonly segments: readonly PriceSegment[],
    functionOf: (price: Price, discountPercent: string) => PriceFunction,
    private readonly tellsStages = false,
  ) {
    const versions: (Version | null)[] = [];
    for (const [s, segment] of segments.entries()) {
      const { price, discountPercent } = segment;
      const before = versions[s - 1];
      // Neighbours alike are one price: what is taken back of the earlier one finds it as the later one left it.
      if (before && hasTermsOf(segment, segments[s - 1])) versions.push({ ...before, sums: nothingCharged() });
      else if (price === null) versions.push(null);
      else {
        const [p, allowance] = [functionOf(price, discountPercent), new Allowance(price.included)];
        versions.push({ p, allowance, sums: nothingCharged() });
      }
    }
    this.versions = versions;
  }

  /** What everything rated so far comes to. */
  get charged(): Readonly<ChargeAmounts> {
    const { base, versions } = this;
    return {
      base,
      bySegment: versions.map((version) => version?.sums ?? null),
      denominators: versions.map((version) => version?.p.denominator ?? 1n),
    };
  }

  /**
   * Rates pieces in the order they count; none before those that were rated already, none reaching over a segment's end
   * or lying in one without a price.
   * @param onPart is told every part in that order
   */
  rate(pieces: readonly Piece[], onPart: (part: Part) => void): void {
    const { segments, counted } = this;
    const gifts = new Map<Allowance, Included>();
    for (const version of this.versions) {
      if (version !== null && !gifts.has(version.allowance))
        gifts.set(version.allowance, version.allowance.give(pieces));
    }
    const included = this.versions.map((version) => (version && gifts.get(version.allowance)) ?? []);
    let next = 0;
    for (let s = 0; s < segments.length; s++) {
      const version = this.versions[s];
      if (!version) continue;
      const begin = next;
      const end = segments[s + 1]?.from ?? Number.POSITIVE_INFINITY;
      while (next < pieces.length && (pieces[next] as Piece).contribution.from < end) next++;
      if (counted + begin === 0) this.beginWith(version);
      const isAll = begin === 0 && next === pieces.length;
      const [own, free] = isAll ? [pieces, included] : [pieces.slice(begin, next), slicesOf(included, begin, next)];
      if (next > begin) this.rateSegment(s, version, own, free, onPart);
    }
    this.counted += pieces.length;
  }

  /** Goes on from here without changing this one, which rates nothing any more. */
  fork(): ChargeRater {
    const fork: ChargeRater = Object.assign(Object.create(ChargeRater.prototype), this);
    fork.ranges = this.ranges.map((range) => ({ ...range }));
    let of: Version | null = null;
    let forked: Version | null = null;
    fork.versions = this.versions.map((version) => {
      if (version === null) return null;
      const { p, allowance } =
        of?.p === version.p && forked !== null ? forked : { p: version.p.fork(), allowance: version.allowance.fork() };
      of = version;
      forked = { p, allowance, sums: { ...version.sums } };
      return forked;
    });
    return fork;
  }

  /** What is due without usage is due by these terms. */
  private beginWith(version: Version): void {
    this.base = version.p.amount();
    this.chargeOnly(version);
  }

  /** All that is charged is what these terms make of the quantity so far. */
  private chargeOnly(only: Version): void {
    for (const version of this.versions) if (version !== null) version.sums = nothingCharged();
    countMove(only.sums, nothingCharged(), only.p);
    only.sums.included = only.allowance.freeOf(this.soFar);
  }

  private rateSegment(
    s: number,
    version: Version,
    pieces: readonly Piece[],
    included: readonly Included[],
    onPart: (part: Part) => void,
  ): void {
    const { p } = version;
    const later = this.versions.flatMap((other, i) => {
      const isOther = other !== null && i > s && other.p !== p && other.p !== this.versions[i - 1]?.p;
      return isOther ? [{ p: other.p, gives: included[i] }] : [];
    });
    if (this.ranges.at(-1)?.segment !== s) this.ranges.push({ segment: s, from: this.soFar });
    let start = p.stages();
    let before = start.discounted;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as Piece;
      const { contribution, covered } = piece;
      const { quantity: whole, slot, events } = contribution;
      const rest = covered.length === 0 ? whole : whole - coveredOf(piece);
      for (const other of later) other.p.add(rest - (other.gives?.[i] ?? 0n), slot, events);
      const free = included[s]?.[i] ?? 0n;
      if (contribution.replaces === true || this.isChargedEarlier(rest)) {
        countMove(version.sums, start, p);
        const charged = this.allCharged();
        if (contribution.replaces === true) this.tellAnew(s, version, contribution, rest, free);
        else this.takeBack(s, slot, rest);
        const now = this.allCharged();
        const [amount, given] = [now.amount - charged.amount, now.included - charged.included];
        const part = partOf(contribution, covered, given, amount, false);
        if (this.tellsStages) tellStages(part, charged, now);
        onPart(part);
        start = p.stages();
        before = start.discounted;
        continue;
      }
      this.goOn(rest);
      version.sums.included += free;
      // What is covered or free in part has no cap instant of its own: the cap then counts only the rest.
      const cap = rest - free === whole ? capOf(contribution, p) : null;
      const isWhole = (rest === whole || rest === 0n) && (free === rest || free === 0n);
      const even = contribution.kind === 'bucket' && isWhole && p.isEven(rest - free, slot);
      for (const cut of cap === null ? [contribution] : cutAt(contribution, [cap])) {
        const stood = this.tellsStages ? p.stages() : null;
        p.add(cap === null ? rest - free : cut.quantity, slot, events);
        const after = p.amount();
        const part = partOf(cut, covered, free, after - before, even);
        if (stood !== null) tellStages(part, stood, p.stages());
        onPart(part);
        before = after;
      }
    }
    countMove(version.sums, start, p);
  }

  private allCharged(): Stood & { amount: Amount; included: Quantity } {
    const { bySegment } = this.charged;
    const [model, limited] = [total(bySegment, 'model'), total(bySegment, 'limited')];
    const discounted = total(bySegment, 'discounted');
    return { model, limited, discounted, amount: discounted, included: total(bySegment, 'included') };
  }

  /** Whether that much taken back is more than the segment now in force has charged, and another has charged the rest. */
  private isChargedEarlier(rest: Quantity): boolean {
    if (rest >= 0n || this.ranges.length < 2) return false;
    return this.soFar + rest < (this.ranges.at(-1) as Range).from;
  }

  private goOn(rest: Quantity): void {
    this.soFar += rest;
    const first = this.ranges[0] as Range;
    if (rest < 0n && this.soFar < first.from) first.from = this.soFar;
  }

  /** Everything is priced by the segment in force when it is told anew. */
  private tellAnew(s: number, version: Version, { slot, events }: Contribution, rest: Quantity, free: Quantity): void {
    version.p.add(rest - free, slot, events);
    this.soFar += rest;
    this.ranges = [{ segment: s, from: 0n }];
    this.chargeOnly(version);
  }

  /** Last in, first out over the segments; what none has charged is taken back by the one in force. */
  private takeBack(s: number, slot: string, rest: Quantity): void {
    const to = this.soFar + rest;
    let at = this.soFar;
    for (let range = this.ranges.at(-1); range !== undefined && at > to; range = this.ranges.at(-1)) {
      const isPassed = range.from >= to;
      const next = isPassed ? range.from : to;
      this.move(range.segment, at, next, slot, true);
      if (this.versions[range.segment]?.p !== this.versions[s]?.p) this.move(s, at, next, slot, false);
      at = next;
      if (isPassed) this.ranges.pop();
    }
    if (at > to) this.move(s, at, to, slot, true);
    this.ranges.push({ segment: s, from: to });
    this.soFar = to;
  }

  /** Moves a segment's price function along the quantity so far; `counts` where the difference is charged by it. */
  private move(s: number, from: Quantity, to: Quantity, slot: string, counts: boolean): void {
    const { p, allowance, sums } = this.versions[s] as Version;
    if (from === to) return;
    const free = allowance.freeOf(to) - allowance.freeOf(from);
    const start = p.stages();
    p.add(to - from - free, slot, 1);
    if (!counts) return;
    countMove(sums, start, p);
    sums.included += free;
  }
}

/** Whether usage costs the same under both. */
export function hasTermsOf(segment: PriceSegment, other: PriceSegment | undefined): boolean {
  if (other === undefined || parseAmount(segment.discountPercent) !== parseAmount(other.discountPercent)) return false;
  if (segment.price === other.price) return true;
  const [terms, others] = [segment.price, other.price].map((price) => price && { ...price, description: '' });
  return canonicalJson(terms) === canonicalJson(others);
}

/** A part of which licenses in money cover nothing yet. Written out: a charge may have a million, and spreading costs most of them. */
function partOf(
  contribution: Contribution,
  covered: Piece['covered'],
  included: Quantity,
  amount: Amount,
  even: boolean,
): Part {
  return {
    contribution,
    covered,
    included,
    amount,
    limits: 0n,
    discount: 0n,
    even,
    coveredAmount: 0n,
    coveredAmounts: NO_AMOUNTS,
  };
}

type Stood = Pick<PriceStages, 'model' | 'limited' | 'discounted'>;

/** What a cap or a minimum, and the discount, made of a part that moved a price function so far. */
function tellStages(part: Part, from: Stood, to: Stood): void {
  part.limits = to.limited - from.limited - (to.model - from.model);
  part.discount = to.discounted - from.discounted - (to.limited - from.limited);
}

function slicesOf(included: readonly Included[], begin: number, end: number): readonly Included[] {
  return included.map((each) => (each.length === 0 ? each : each.slice(begin, end)));
}

/** The instant inside an interval at which its slot reaches its cap, so that it shows; `null` when it does not. */
function capOf({ kind, from, to, quantity, slot }: Contribution, p: PriceFunction): number | null {
  if (kind !== 'interval') return null;
  const left = p.untilCap(slot);
  if (left === null || left <= 0n || left >= quantity) return null;
  const rate = quantity / BigInt(to - from);
  return from + Number((left + rate - 1n) / rate);
}
