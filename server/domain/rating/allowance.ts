import { parseQuantity, type Quantity } from '../money.ts';
import { type Contribution, inOrder, spanOf } from './contribution.ts';
import { type Claim, drawDown } from './draw-down.ts';
import { coveredOf, type Piece } from './piece.ts';

/** What an allowance gives each of some pieces. */
export type Included = readonly Quantity[];

const NONE: Included = [];

/** A claim with whose it is, so that those of one instant have one order. */
interface PieceClaim extends Claim {
  contribution: Contribution;
}

/**
 * A price's own allowance: of a quantity so far that much costs nothing, however it came to stand there; usage taken back
 * gives it back, and what is below zero needs none.
 */
export class Allowance {
  private readonly size: Quantity;
  private soFar: Quantity = 0n;

  /** @param included decimal text, as a price says it */
  constructor(included: string | undefined) {
    this.size = parseQuantity(included ?? '0');
  }

  /** What of a quantity so far, after licenses, is free. */
  freeOf(soFar: Quantity): Quantity {
    if (soFar <= 0n) return 0n;
    return soFar < this.size ? soFar : this.size;
  }

  /** What each of the next pieces gets, negative where it gives back; in time order, side by side where they run so. */
  give(pieces: readonly Piece[]): Included {
    if (this.size === 0n) return NONE;
    const rests = pieces.map((piece) => piece.contribution.quantity - coveredOf(piece));
    const isRising = this.soFar >= 0n && rests.every((rest) => rest >= 0n);
    const given = isRising ? this.sideBySide(pieces, rests) : this.inTurn(rests);
    for (const rest of rests) this.soFar += rest;
    return given;
  }

  /** Goes on from here without changing this one. */
  fork(): Allowance {
    return Object.assign(Object.create(Allowance.prototype), this);
  }

  private inTurn(rests: readonly Quantity[]): Included {
    let at = this.soFar;
    return rests.map((rest) => {
      const before = this.freeOf(at);
      at += rest;
      return this.freeOf(at) - before;
    });
  }

  /** The last microsecond's rest is given too, in the order usage counts: the quantity so far alone says what is free. */
  private sideBySide(pieces: readonly Piece[], rests: readonly Quantity[]): Included {
    const left = this.size - this.freeOf(this.soFar);
    if (left === 0n) return NONE;
    const claims = pieces.map(
      ({ contribution }, i): PieceClaim => ({
        ...{ ...spanOf(contribution), divisible: true },
        ...{ total: rests[i] as Quantity, contribution },
      }),
    );
    return drawDown(left, claims, firstCome).covered;
  }
}

function firstCome({ contribution: a }: PieceClaim, { contribution: b }: PieceClaim): number {
  return inOrder(a.whole ?? a, b.whole ?? b);
}
