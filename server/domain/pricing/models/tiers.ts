import { parseAmount, parseQuantity, QUANTITY_ONE, type Quantity } from '../../money.ts';
import type { PriceCommon, Tier } from '../price-common.ts';
import type { ChargeModel, Fractions, PriceFault } from './charge-model.ts';

/** What prices in tiers say. */
export interface Tiered {
  tiers: Tier[];
}

/** A tier, ready to price with. */
export interface ParsedTier {
  /** Where the tier before ends. */
  above: Quantity;
  upTo: Quantity | null;
  unitAmount: bigint;
  flat: bigint;
  /** What all of the tiers before cost together. */
  before: bigint;
}

/** What graduated and volume prices have in common. */
export const tiered = {
  needsSingleEvents: () => false,
  isSeparable: false,
  isEven: false,
  isPool: false,
  listPrice: ({ tiers: [first] }) => ({ perUnit: parseAmount(first?.unitAmount ?? '0'), denominator: QUANTITY_ONE }),
  tiers: ({ tiers }) => tiers,
  meter: null,
  faults,
  figure: () => null,
} satisfies Omit<ChargeModel<Tiered>, 'fractions' | 'mayFall' | 'products' | 'words'>;

/**
 * @param ofTier what a quantity above zero costs, in the tier it falls in
 * @param isWhole whether all units cost what those of the last tier do
 */
export function tieredFractions(
  price: PriceCommon & Tiered,
  ofTier: (tier: ParsedTier, quantity: Quantity) => bigint,
  isWhole: boolean,
): Fractions {
  const tiers = parsed(price.tiers);
  const atZero = price.flatAtZero === true ? (tiers[0]?.flat ?? 0n) : 0n;
  return {
    denominator: QUANTITY_ONE,
    of: (quantity) => (quantity <= 0n ? atZero : ofTier(tierAt(tiers, quantity), quantity)),
    evenUntil: (sum) => tierEnd(tiers, sum, isWhole),
  };
}

function parsed(tiers: readonly Tier[]): ParsedTier[] {
  const all: ParsedTier[] = [];
  let above = 0n;
  let before = 0n;
  for (const tier of tiers) {
    const upTo = tier.upTo === null ? null : parseQuantity(tier.upTo);
    const unitAmount = parseAmount(tier.unitAmount);
    const flat = parseAmount(tier.flatAmount ?? '0') * QUANTITY_ONE;
    all.push({ above, upTo, unitAmount, flat, before });
    if (upTo === null) break;
    before += flat + unitAmount * (upTo - above);
    above = upTo;
  }
  return all;
}

/** The tier a quantity falls in; beyond the last bound, the last. */
function tierAt(tiers: readonly ParsedTier[], quantity: Quantity): ParsedTier {
  let at = 0;
  for (; at < tiers.length - 1; at++) {
    const { upTo } = tiers[at] as ParsedTier;
    if (upTo === null || quantity <= upTo) break;
  }
  return tiers[at] as ParsedTier;
}

/** Where the tier ends that the next bit falls in; the sum itself where entering that tier adds something at once. */
function tierEnd(tiers: readonly ParsedTier[], sum: Quantity, isWhole: boolean): Quantity | null {
  const tier = tiers.find(({ upTo }) => upTo === null || upTo > sum);
  if (tier === undefined) return null;
  const isEntered = sum > tier.above;
  return isEntered || (tier.flat === 0n && (!isWhole || sum === 0n)) ? tier.upTo : sum;
}

function faults({ tiers }: Tiered): PriceFault[] {
  const faults: PriceFault[] = [];
  let below = '0';
  for (const [at, { upTo }] of tiers.entries()) {
    const isLast = at === tiers.length - 1;
    const path = ['tiers', at, 'upTo'];
    if (isLast !== (upTo === null)) {
      const message = isLast
        ? 'The last tier must be without end: null.'
        : 'Only the last tier is without end; give its bound.';
      faults.push({ path, message });
    }
    if (upTo === null) continue;
    if (parseQuantity(upTo) <= parseQuantity(below)) {
      faults.push({ path, message: `Must be more than the tier before, ${below}.` });
    }
    below = upTo;
  }
  return faults;
}
