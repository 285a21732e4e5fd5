import { roughly } from '../money.ts';

/** Something that takes from a pool, all of it at `from` or evenly over `[from, to)`. Instants in microseconds. */
export interface Claim {
  from: number;
  to: number;
  /** What it takes in all, in the pool's unit; not negative. */
  total: bigint;
  /** Any share of it can be taken, not only whole microseconds: it stands for many events. */
  divisible?: boolean;
}

/** How a pool was drawn down. */
export interface Drawn {
  /** What each claim got, in the order of the claims. Together never more than the pool. */
  covered: bigint[];
  /** The instant the pool could give no more, or `null` when it covered every claim. */
  exhaustedAt: number | null;
}

/**
 * Draws a pool down in time order over all its claims. What runs at the same time draws side by side and is cut at the
 * same instant. What an even claim has taken by an instant is rounded down to the pool's unit, so a rest smaller than one
 * microsecond of everything that runs may stay in the pool.
 * @param order of claims that share what is left at one instant; without it that in which they are given
 */
export function drawDown<C extends Claim>(
  capacity: bigint,
  claims: readonly C[],
  order?: (a: C, b: C) => number,
): Drawn {
  let total = 0n;
  for (const claim of claims) total += claim.total;
  if (total <= capacity) return { covered: claims.map((claim) => claim.total), exhaustedAt: null };

  const exhaustedAt = lastAffordable(capacity, claims);
  let left = capacity;
  const sharing: number[] = [];
  const covered = claims.map((claim, i) => {
    const taken = takenBefore(claim, exhaustedAt);
    left -= taken;
    // Exactly at that instant single claims, and what stands for many, still share the rest, one after another.
    const single = claim.from === exhaustedAt && claim.to === claim.from;
    const shared = claim.divisible === true && claim.from <= exhaustedAt && exhaustedAt < claim.to;
    if (single || shared) sharing.push(i);
    return taken;
  });
  if (order !== undefined) sharing.sort((a, b) => order(claims[a] as C, claims[b] as C));
  for (const i of sharing) {
    const rest = (claims[i] as C).total - (covered[i] as bigint);
    const suffices = rest <= left;
    const taken = suffices ? rest : left;
    covered[i] = (covered[i] as bigint) + taken;
    left -= taken;
  }
  return { covered, exhaustedAt };
}

/**
 * What of each quantity stays when negative ones (usage taken back) cancel the latest before them, and beyond that the
 * next after them: a pool is drawn for what they come to together, and not for what was returned. Negative ones claim nothing.
 */
export function withoutReturned(quantities: readonly bigint[]): readonly bigint[] {
  // Nearly always.
  if (quantities.every((quantity) => quantity >= 0n)) return quantities;
  const left: bigint[] = [];
  // Positions of what is left, so that no return looks twice at what an earlier one has cancelled.
  const standing: number[] = [];
  // Taken back of what had not come yet.
  let owed = 0n;
  for (let i = 0; i < quantities.length; i++) {
    const quantity = (quantities[i] as bigint) - owed;
    owed = quantity < 0n ? -quantity : 0n;
    left.push(quantity > 0n ? quantity : 0n);
    if (quantity > 0n) standing.push(i);
    let returned = owed;
    while (returned > 0n && standing.length > 0) {
      const latest = standing.at(-1) as number;
      const there = left[latest] as bigint;
      const isGone = there <= returned;
      left[latest] = isGone ? 0n : there - returned;
      returned = isGone ? returned - there : 0n;
      if (isGone) standing.pop();
    }
    owed = returned > 0n ? returned : 0n;
  }
  return left;
}

/** The last instant before which all claims together have taken no more than the pool holds. */
function lastAffordable(capacity: bigint, claims: readonly Claim[]): number {
  let { low, high } = aroundTheLast(capacity, claims);
  let settled = 0n;
  let open: Claim[] = [];
  for (const claim of claims) {
    if (claim.to < low) settled += claim.total;
    else if (claim.from < high) open.push(claim);
  }
  const takenBy = (instant: number) => {
    let taken = settled;
    for (const claim of open) taken += takenBefore(claim, instant);
    return taken;
  };
  // Floating point only says where to look; it is right nearly always, and then few claims are left to look at.
  if (takenBy(low) > capacity || takenBy(high) <= capacity) {
    ({ low, high } = bounds(claims));
    settled = 0n;
    open = [...claims];
  }
  // Claims that end before `low` are a constant by then, those after `high` do not matter: what is looked at halves too.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (takenBy(middle) <= capacity) low = middle;
    else high = middle;
    const still: Claim[] = [];
    for (const claim of open) {
      if (claim.from >= high) continue;
      if (claim.to < low) settled += claim.total;
      else still.push(claim);
    }
    open = still;
  }
  return low;
}

/** Half of the stretch around the estimate, in microseconds: far more than floating point errs in a month. */
const ESTIMATE_ERRS = 1_000;

/** An estimate of `lastAffordable` in floating point: a hundred times faster, and not to be trusted. */
function aroundTheLast(capacity: bigint, claims: readonly Claim[]): { low: number; high: number } {
  const all = bounds(claims);
  let { low, high } = all;
  const froms = Float64Array.from(claims, ({ from }) => from);
  const tos = Float64Array.from(claims, ({ to }) => to);
  const totals = Float64Array.from(claims, ({ total }) => roughly(total));
  const pool = roughly(capacity);
  let settled = 0;
  let open = claims.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    let taken = settled;
    for (let i = 0; i < open; i++) {
      const from = froms[i] as number;
      const to = tos[i] as number;
      if (middle >= to) taken += totals[i] as number;
      else if (middle > from) taken += ((totals[i] as number) * (middle - from)) / (to - from);
    }
    if (taken <= pool) low = middle;
    else high = middle;
    let kept = 0;
    for (let i = 0; i < open; i++) {
      if ((froms[i] as number) >= high) continue;
      if ((tos[i] as number) < low) settled += totals[i] as number;
      else {
        froms[kept] = froms[i] as number;
        tos[kept] = tos[i] as number;
        totals[kept++] = totals[i] as number;
      }
    }
    open = kept;
  }
  return { low: Math.max(all.low, low - ESTIMATE_ERRS), high: Math.min(all.high, low + ESTIMATE_ERRS) };
}

function bounds(claims: readonly Claim[]): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const { from, to } of claims) {
    if (from < low) low = from;
    if (to + 1 > high) high = to + 1;
  }
  return { low, high };
}

function takenBefore({ from, to, total }: Claim, instant: number): bigint {
  if (instant <= from) return 0n;
  if (instant >= to) return total;
  return (total * BigInt(instant - from)) / BigInt(to - from);
}
