import { type Amount, parseQuantity, type Quantity } from '../money.ts';
import type { Price } from '../price.ts';
import { type Contribution, cutAt, spanOf } from './contribution.ts';
import { drawDown, withoutReturned } from './draw-down.ts';
import { coveredOf, type Piece } from './piece.ts';
import type { PriceFunction, PriceStages } from './price-function.ts';

/** A stretch of the billing period under the same terms; `null` where the rate card has no such price then. */
export interface PriceSegment {
  from: number;
  price: Price | null;
  discountPercent: string;
}

/** A piece with what it costs. */
export interface Part extends Piece {
  /** Covered by the price's own allowance. */
  included: Quantity;
  /** The exact difference it makes to the charge, before licenses in money. */
  amount: Amount;
  /** Of a bucket: whether every share of it costs its share, so that it need not be known which event came first. */
  even: boolean;
  /** What licenses in money cover of it, once they have been asked; `amount − coveredAmount` is what it adds to the line. */
  coveredAmount: Amount;
}

/** A charge up to its discount; licenses in money and the rounding come after. */
export interface ChargeAmounts {
  /** Due without any usage. */
  base: Amount;
  /** By the price of which segment that is due. */
  baseSegment: number;
  /** Sums over the segments of what each made of the running quantity. */
  stages: PriceStages;
  included: Quantity;
}

/** A price in force, and what is left of its allowance. */
interface Version {
  p: PriceFunction;
  pool: Quantity;
}

/** What a version's allowance gives each of some pieces. */
type Included = readonly Quantity[];

const NOTHING: PriceStages = { model: 0n, limited: 0n, discounted: 0n };
const NONE: Included = [];

/**
 * The amount of a charge and of every part of it: P(Q after) − P(Q before), so that base and parts add up to
 * `stages.discounted` exactly, whatever the model.
 *
 * A price version that begins inside the period goes on from the running quantity it finds: allowance, tiers and caps run
 * through the whole period, each version charges the difference its own price makes from its first instant on. As long as
 * there was no usage, the newer version takes the place of the older: only one of them says what is due without any.
 */
export class ChargeRater {
  private amounts: ChargeAmounts = { base: 0n, baseSegment: 0, stages: { ...NOTHING }, included: 0n };
  private counted = 0;
  private versions: readonly (Version | null)[];

  /**
   * @param segments rising, the first from the period's start
   * @param functionOf makes a price's function, to which nothing was added yet
   */
  constructor(
    readonly segments: readonly PriceSegment[],
    functionOf: (price: Price, discountPercent: string) => PriceFunction,
  ) {
    this.versions = segments.map(({ price, discountPercent }) =>
      price === null ? null : { p: functionOf(price, discountPercent), pool: parseQuantity(price.included ?? '0') },
    );
  }

  /** What everything rated so far comes to. */
  get charged(): Readonly<ChargeAmounts> {
    return this.amounts;
  }

  /**
   * Rates pieces in the order they count; none before those that were rated already, none reaching over a segment's end
   * or lying in one without a price. What is taken back (a negative quantity) gives back only what came with the same call.
   * @param onPart is told every part in that order
   */
  rate(pieces: readonly Piece[], onPart: (part: Part) => void): void {
    const { segments, amounts, counted } = this;
    const included = this.versions.map((version) => (version === null ? NONE : allowances(version, pieces)));
    let next = 0;
    for (let s = 0; s < segments.length; s++) {
      const version = this.versions[s];
      if (!version) continue;
      const begin = next;
      const end = segments[s + 1]?.from ?? Number.POSITIVE_INFINITY;
      while (next < pieces.length && (pieces[next] as Piece).contribution.from < end) next++;
      const isFirst = counted + begin === 0;
      const start = isFirst ? NOTHING : version.p.stages();
      if (isFirst) {
        amounts.base = version.p.amount();
        amounts.baseSegment = s;
        amounts.stages = { ...NOTHING };
      }
      amounts.included += this.rateVersion(s, pieces, begin, next, included, onPart);
      const stop = version.p.stages();
      amounts.stages.model += stop.model - start.model;
      amounts.stages.limited += stop.limited - start.limited;
      amounts.stages.discounted += stop.discounted - start.discounted;
    }
    this.counted += pieces.length;
  }

  /** Goes on from here without changing this one, which rates nothing any more. */
  fork(): ChargeRater {
    const fork: ChargeRater = Object.assign(Object.create(ChargeRater.prototype), this);
    fork.amounts = { ...this.amounts, stages: { ...this.amounts.stages } };
    fork.versions = this.versions.map((version) => version && { p: version.p.fork(), pool: version.pool });
    return fork;
  }

  /** Rates the pieces from `begin` to before `end` under version s. @returns what its allowance gave them */
  private rateVersion(
    s: number,
    pieces: readonly Piece[],
    begin: number,
    end: number,
    included: readonly Included[],
    onPart: (part: Part) => void,
  ): Quantity {
    const { p } = this.versions[s] as Version;
    const later = this.versions.flatMap((version, i) =>
      version && i > s ? [{ p: version.p, gives: included[i] }] : [],
    );
    let total = 0n;
    let before = p.amount();
    for (let i = begin; i < end; i++) {
      const piece = pieces[i] as Piece;
      const { contribution, covered } = piece;
      const { quantity: whole, slot, events } = contribution;
      const rest = covered.length === 0 ? whole : whole - coveredOf(piece);
      for (const other of later) other.p.add(rest - (other.gives?.[i] ?? 0n), slot, events);
      const free = included[s]?.[i] ?? 0n;
      total += free;
      // What is covered or free in part has no cap instant of its own: the cap then counts only the rest.
      const cap = rest - free === whole ? capOf(contribution, p) : null;
      const isWhole = (rest === whole || rest === 0n) && (free === rest || free === 0n);
      const even = contribution.kind === 'bucket' && isWhole && p.isEven(rest - free, slot);
      for (const cut of cap === null ? [contribution] : cutAt(contribution, [cap])) {
        p.add(cap === null ? rest - free : cut.quantity, slot, events);
        const after = p.amount();
        onPart({ contribution: cut, covered, included: free, amount: after - before, even, coveredAmount: 0n });
        before = after;
      }
    }
    return total;
  }
}

/** What the version's allowance gives each piece, in time order; it is used up by that. */
function allowances(version: Version, pieces: readonly Piece[]): Included {
  if (version.pool === 0n) return NONE;
  const rests = withoutReturned(pieces.map((piece) => piece.contribution.quantity - coveredOf(piece)));
  const claims = pieces.map(({ contribution }, i) => ({ ...spanOf(contribution), total: rests[i] as Quantity }));
  const { covered, exhaustedAt } = drawDown(version.pool, claims);
  // A rest too small to be given at an instant is given to nobody later either.
  version.pool = exhaustedAt === null ? covered.reduce((left, given) => left - given, version.pool) : 0n;
  return covered;
}

/** The instant inside an interval at which its slot reaches its cap, so that it shows; `null` when it does not. */
function capOf({ kind, from, to, quantity, slot }: Contribution, p: PriceFunction): number | null {
  if (kind !== 'interval') return null;
  const left = p.untilCap(slot);
  if (left === null || left <= 0n || left >= quantity) return null;
  const rate = quantity / BigInt(to - from);
  return from + Number((left + rate - 1n) / rate);
}
