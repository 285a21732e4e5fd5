import { parseAmount, parseQuantity, type Quantity } from '../../domain/money.ts';
import { modelOf } from '../../domain/pricing/models/models.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { type Claim, drawDown, withoutReturned } from '../../domain/rating/draw-down.ts';
import { coveredOf } from '../../domain/rating/piece.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';

/** An instant at which a sum so far came to a limit, and the resource whose usage did it; `''` where many did together. */
export interface Reached {
  at: number;
  subject: string;
}

/** What a part adds to a sum so far; evenly over its time where it is of an interval. */
interface Addition extends Claim {
  part: RatedPart;
}

/** Finer than any difference that could be charged. */
const STEPS = 200;

/**
 * What is charged of a charge by and by under one price, after licenses and the price's allowance: what tiers, caps and
 * minimum look at. Of what runs side by side it is told side by side, to the microsecond.
 */
export class ChargedSoFar {
  private readonly additions: readonly Addition[];
  /** What is used, before the allowance, and how much of that is free. */
  private readonly claims: readonly Claim[];
  private readonly pool: Quantity;
  /** When the allowance had given all it had; `null` when it had not. */
  readonly allowanceUsedUp: Reached | null;

  /** @param parts of the whole charge, in the order they count, also those under other versions of the price */
  constructor(
    private readonly parts: readonly RatedPart[],
    private readonly price: Price,
  ) {
    const rests = parts.map((part) => part.contribution.quantity - coveredOf(part));
    const pool = parseQuantity(price.included ?? '0');
    const claims = claimsOf(parts, withoutReturned(rests));
    this.claims = claims;
    this.pool = pool;
    const { covered, exhaustedAt } = pool > 0n ? drawDown(pool, claims) : { covered: [], exhaustedAt: null };
    const { ofEvents } = modelOf(price).fractions(price);
    this.additions = parts.map((part, i): Addition => {
      const [rest, free] = [rests[i] as bigint, covered[i] ?? 0n];
      const { from, to, kind, events } = part.contribution;
      const begin = free > 0n && exhaustedAt !== null && exhaustedAt > from && exhaustedAt < to ? exhaustedAt : from;
      const charged = rest - free;
      const total = ofEvents === undefined ? charged : ofEvents(charged, events);
      return { part, from: begin, to: kind === 'event' ? from : to, total };
    });
    this.allowanceUsedUp = this.usedUp(claims, covered, pool, exhaustedAt);
  }

  /** When more than this quantity was charged. */
  beyond(quantity: Quantity): Reached | null {
    const isBeyond = (sum: bigint) => sum > quantity;
    if (!this.runs) return inEvents(this.additions, isBeyond, isBeyond);
    const at = drawDown(this.pool + quantity, this.claims).exhaustedAt;
    return at === null ? null : { at, subject: onlySubject(this.additions) };
  }

  /**
   * When the price's charge model came to an amount, if more than that was used; for the line, or for each of its slots.
   * `until` is when the last of that usage has ended; a half-open end, also of an event, which lasts no time.
   */
  cameTo(amount: string, scope: 'line' | 'slot'): (Reached & { slot: string; until: number })[] {
    const slots = scope === 'line' ? new Map([['', this.additions]]) : bySlot(this.additions);
    return [...slots].flatMap(([slot, additions]) => {
      // Of the line, the allowance gives whole what it has; which slot's last microsecond it gives is told by its part.
      const [claims, free] = scope === 'line' ? [this.claims, this.pool] : [additions, 0n];
      const reached = this.runs ? this.runningTo(amount, additions, claims, free) : this.countingTo(amount, additions);
      const until = additions.reduce((last, addition) => Math.max(last, endOf(addition)), 0);
      return reached === null ? [] : [{ ...reached, slot, until }];
    });
  }

  /** An event takes what is left; a window of many does so somewhere inside, and then the next charged usage tells. */
  private usedUp(
    claims: readonly Claim[],
    covered: readonly Quantity[],
    pool: Quantity,
    exhaustedAt: number | null,
  ): Reached | null {
    const last = covered.findLastIndex((quantity) => quantity > 0n);
    const next = this.additions.find(({ total }, i) => (this.runs || i >= last) && total > 0n);
    if (exhaustedAt === null || next === undefined) return null;
    if (this.runs) {
      const before = drawDown(pool - 1n, claims).exhaustedAt;
      // Where the rest lasts less than a microsecond it is gone within that.
      const at = before === null ? exhaustedAt : Math.min(before + 1, exhaustedAt);
      return { at, subject: onlySubject(this.additions) };
    }
    const part = this.parts[last]?.contribution.kind === 'event' ? (this.parts[last] as RatedPart) : next.part;
    return { at: part.contribution.from, subject: part.contribution.subject };
  }

  private get runs(): boolean {
    return this.parts.some(({ contribution }) => contribution.kind === 'interval');
  }

  /** The first instant by which what runs costs so much, where it goes on. */
  private runningTo(
    amount: string,
    additions: readonly Addition[],
    claims: readonly Claim[],
    free: Quantity,
  ): Reached | null {
    const total = additions.reduce((sum, addition) => sum + addition.total, 0n);
    const limit = sumAt(this.price, amount, total);
    if (limit === null || drawDown(free + limit, claims).exhaustedAt === null) return null;
    const before = limit > 0n ? drawDown(free + limit - 1n, claims).exhaustedAt : null;
    const first = additions.find((addition) => addition.total > 0n)?.from ?? 0;
    return { at: before === null ? first : before + 1, subject: onlySubject(additions) };
  }

  /** The event with which what was counted costs so much, where more comes. */
  private countingTo(amount: string, additions: readonly Addition[]): Reached | null {
    const model = modelOf(this.price).fractions(this.price);
    const limit = parseAmount(amount) * model.denominator;
    return inEvents(
      additions,
      (sum) => model.of(sum, true) >= limit,
      (sum) => model.of(sum, true) > limit,
    );
  }
}

/** The event after which a sum so far first passes, if it goes further: beyond what is asked, or by any more. */
function inEvents(
  additions: readonly Addition[],
  passes: (sum: bigint) => boolean,
  isBeyond: (sum: bigint) => boolean,
): Reached | null {
  let sum = 0n;
  let reached: { by: Addition; sum: bigint } | null = null;
  for (const addition of additions) {
    sum += addition.total;
    if (passes(sum)) reached ??= { by: addition, sum };
    if (reached === null || !(isBeyond(sum) || sum > reached.sum)) continue;
    return { at: reached.by.from, subject: reached.by.part.contribution.subject };
  }
  return null;
}

/** The first instant after it. */
function endOf({ to, part }: Addition): number {
  return part.contribution.kind === 'event' ? to + 1 : to;
}

function onlySubject(additions: readonly Addition[]): string {
  const subjects = new Set(additions.map(({ part }) => part.contribution.subject));
  return subjects.size === 1 ? ([...subjects][0] as string) : '';
}

/** The smallest sum so far that costs at least so much; `null` when no sum up to `total` does. */
function sumAt(price: Price, amount: string, total: bigint): bigint | null {
  const model = modelOf(price).fractions(price);
  const limit = parseAmount(amount) * model.denominator;
  const isEnough = (sum: bigint) => model.of(sum, true) >= limit;
  // Where a price's next tier begins it may cost less: amounts rise inside each.
  const { mayFall, tiers } = modelOf(price);
  const bounds = (mayFall ? tiers(price) : []).flatMap(({ upTo }) => upTo ?? []).map(parseQuantity);
  if (isEnough(0n)) return 0n;
  let low = 0n;
  for (const high of [...bounds.filter((bound) => bound < total), total]) {
    if (isEnough(high)) return between(low, high, isEnough);
    low = high;
  }
  return null;
}

function between(from: bigint, to: bigint, isEnough: (sum: bigint) => boolean): bigint {
  let [low, high] = [from, to];
  for (let step = 0; step < STEPS && high - low > 1n; step++) {
    const middle = (low + high) / 2n;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function claimsOf(parts: readonly RatedPart[], totals: readonly bigint[]): Claim[] {
  return parts.map(({ contribution: { kind, from, to } }, i) => ({
    ...{ from, to: kind === 'event' ? from : to, total: totals[i] as bigint },
    divisible: true,
  }));
}

function bySlot(additions: readonly Addition[]): Map<string, Addition[]> {
  const slots = new Map<string, Addition[]>();
  for (const addition of additions) {
    const { slot } = addition.part.contribution;
    const own = slots.get(slot) ?? [];
    own.push(addition);
    slots.set(slot, own);
  }
  return slots;
}
