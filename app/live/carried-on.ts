import { amountText, parseAmount, roundToMinorUnit } from '#server/domain/money.ts';
import type { LiveCharge } from '#server/realtime/contract.ts';

/**
 * A charge as it is to be shown some time after it was received: carried on by its rate, and no further than that holds.
 * Only for showing, until the next reading replaces it. The rate is rounded down and time counts from the moment of
 * receipt, which is later than the watermark, so what is shown is never ahead of what is charged.
 * @param meteredThrough the watermark of the charge
 * @param elapsedMs since it was received, whole milliseconds
 */
export function carriedOn<Charge extends Pick<LiveCharge, 'amountExact' | 'amount' | 'rate'>>(
  charge: Charge,
  meteredThrough: string,
  elapsedMs: number,
  minorUnit: number,
): Charge {
  const { rate } = charge;
  if (rate === undefined) return charge;
  const holdsMs = Date.parse(rate.until) - Date.parse(meteredThrough);
  const milliseconds = BigInt(Math.max(0, Math.min(elapsedMs, holdsMs)));
  if (milliseconds === 0n) return charge;
  const amount = parseAmount(charge.amountExact) + (parseAmount(rate.perSecond) * milliseconds) / 1000n;
  return { ...charge, amountExact: amountText(amount), amount: amountText(roundToMinorUnit(amount, minorUnit)) };
}
