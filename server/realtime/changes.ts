import type { MeterTotal } from '../usage/usage.types.ts';
import type { LiveCharge, LiveSnapshot, SnapshotChanges } from './contract.ts';

/** What to tell somebody who knows `before` so that they know `after`. */
export function changesBetween(before: LiveSnapshot, after: LiveSnapshot): SnapshotChanges {
  if (before.period.key !== after.period.key) return { ...after, removedCharges: [] };
  const meters = changedMeters(before.meters, after.meters);
  if (after.charges === null || before.charges === null) return { ...after, meters, removedCharges: [] };
  if (before.charges === after.charges) return { ...after, meters, charges: [], removedCharges: [] };
  const known = new Map(before.charges.map((charge) => [charge.chargeId, charge]));
  const charges = after.charges.filter((charge) => !isSame(known.get(charge.chargeId), charge));
  for (const { chargeId } of after.charges) known.delete(chargeId);
  return { ...after, meters, charges, removedCharges: [...known.keys()] };
}

function changedMeters(before: readonly MeterTotal[], after: readonly MeterTotal[]): MeterTotal[] {
  const quantities = new Map(before.map((meter) => [meter.key, meter.quantity]));
  return after.filter((meter) => !quantities.has(meter.key) || quantities.get(meter.key) !== meter.quantity);
}

/** Price key and line are in the id. */
function isSame(before: LiveCharge | undefined, after: LiveCharge): boolean {
  return (
    before !== undefined &&
    before.quantity === after.quantity &&
    before.amountExact === after.amountExact &&
    before.amount === after.amount &&
    before.rate?.perSecond === after.rate?.perSecond &&
    before.rate?.until === after.rate?.until &&
    before.description === after.description &&
    before.unit === after.unit
  );
}
