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
 * same instant; claims of one instant draw in the order given. What an even claim has taken by an instant is rounded
 * down to the pool's unit, so a rest smaller than one microsecond of everything that runs may stay in the pool.
 */
export function drawDown(capacity: bigint, claims: readonly Claim[]): Drawn {
  let total = 0n;
  for (const claim of claims) total += claim.total;
  if (total <= capacity) return { covered: claims.map((claim) => claim.total), exhaustedAt: null };

  const exhaustedAt = lastAffordable(capacity, claims);
  let left = capacity;
  const covered = claims.map((claim) => {
    const taken = takenBefore(claim, exhaustedAt);
    left -= taken;
    return taken;
  });
  // Exactly at that instant single claims, and what stands for many, still share the rest, one after another.
  for (let i = 0; i < claims.length && left > 0n; i++) {
    const claim = claims[i] as Claim;
    const single = claim.from === exhaustedAt && claim.to === claim.from;
    const shared = claim.divisible === true && claim.from <= exhaustedAt && exhaustedAt < claim.to;
    if (!single && !shared) continue;
    const rest = claim.total - (covered[i] as bigint);
    const suffices = rest <= left;
    const taken = suffices ? rest : left;
    covered[i] = (covered[i] as bigint) + taken;
    left -= taken;
  }
  return { covered, exhaustedAt };
}

/**
 * What of each quantity stays when negative ones (usage taken back) cancel the latest before them: a pool is not drawn
 * for what was returned. Negative ones claim nothing.
 */
export function withoutReturned(quantities: readonly bigint[]): bigint[] {
  const left: bigint[] = [];
  // Positions of what is left, so that no return looks twice at what an earlier one has cancelled.
  const standing: number[] = [];
  for (let i = 0; i < quantities.length; i++) {
    const quantity = quantities[i] as bigint;
    left.push(quantity > 0n ? quantity : 0n);
    if (quantity > 0n) standing.push(i);
    let returned = -quantity;
    while (returned > 0n && standing.length > 0) {
      const latest = standing.at(-1) as number;
      const there = left[latest] as bigint;
      const isGone = there <= returned;
      left[latest] = isGone ? 0n : there - returned;
      returned = isGone ? returned - there : 0n;
      if (isGone) standing.pop();
    }
  }
  return left;
}

/** The last instant before which all claims together have taken no more than the pool holds. */
function lastAffordable(capacity: bigint, claims: readonly Claim[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const claim of claims) {
    low = Math.min(low, claim.from);
    high = Math.max(high, claim.to + 1);
  }
  // Claims that end before `low` are a constant by then, those after `high` do not matter: what is looked at halves too.
  let settled = 0n;
  let open = claims;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    let taken = settled;
    for (const claim of open) taken += takenBefore(claim, middle);
    if (taken <= capacity) low = middle;
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

function takenBefore({ from, to, total }: Claim, instant: number): bigint {
  if (instant <= from) return 0n;
  if (instant >= to) return total;
  return (total * BigInt(instant - from)) / BigInt(to - from);
}
