import type { LiveCharge } from '#server/realtime/contract.ts';
import { roundDecimal } from '../format/decimal.ts';

/** Amounts and rates have at most 12 decimals: as whole 10⁻¹² they are added without losing one. */
const DECIMALS = 12;

/** An exact amount in whole 10⁻¹² of the currency. Throws when the text is no plain decimal of at most 12 decimals. */
export function scaledAmount(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{0,12}))?$/.exec(decimal);
  if (!match) throw new Error(`"${decimal}" is not an amount; amounts are like "-12.5", with at most 12 decimals`);
  const scaled = BigInt(`${match[2]}${(match[3] ?? '').padEnd(DECIMALS, '0')}`);
  return match[1] === '-' ? -scaled : scaled;
}

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
  const scaled = scaledAmount(charge.amountExact) + (scaledAmount(rate.perSecond) * milliseconds) / 1000n;
  const amountExact = decimalOf(scaled);
  return { ...charge, amountExact, amount: roundDecimal(amountExact, minorUnit) };
}

function decimalOf(scaled: bigint): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}
