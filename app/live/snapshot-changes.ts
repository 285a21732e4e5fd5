import type { LiveMoney, LiveSnapshot, UsageUpdate } from '#server/realtime/contract.ts';

/** What the account stands at after an update: it names only what moved, or all of it when a new period began. */
export function withChanges(before: LiveSnapshot | null, update: UsageUpdate): LiveSnapshot {
  const { meteredThrough, period } = update;
  if (before === null || before.period.key !== period.key) {
    return { meteredThrough, period, meters: update.meters, ...moneyAfter(null, update) };
  }
  return {
    meteredThrough,
    period,
    meters: merged(before.meters, update.meters, (meter) => meter.key),
    ...moneyAfter(before, update),
  };
}

/** Charges that were not known before are all in the update. */
function moneyAfter(before: LiveMoney | null, update: UsageUpdate): LiveMoney {
  if (update.money !== 'known') return { money: update.money, charges: null, spend: null };
  const { money, spend, charges, removedCharges } = update;
  if (before === null || before.money !== 'known') return { money, charges, spend };
  if (charges.length === 0 && removedCharges.length === 0) return { money, charges: before.charges, spend };
  const gone = new Set(removedCharges);
  const kept = before.charges.filter(({ chargeId }) => !gone.has(chargeId));
  return { money, charges: merged(kept, charges, (charge) => charge.chargeId), spend };
}

/** What is named anew replaces what was there, in its place; the rest is appended. */
function merged<Item>(before: Item[], named: Item[], keyOf: (item: Item) => string): Item[] {
  const moved = new Map(named.map((item) => [keyOf(item), item]));
  const stays = before.map((item) => moved.get(keyOf(item)) ?? item);
  for (const item of before) moved.delete(keyOf(item));
  return [...stays, ...moved.values()];
}
