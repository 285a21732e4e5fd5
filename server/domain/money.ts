/**
 * Money and quantities as whole numbers of a fixed small unit, so that every sum is exact and fast. This is the only
 * place that does arithmetic on amounts' text.
 */

/** Money in units of 10⁻¹² of the currency: the scale amounts have until their one rounding. */
export type Amount = bigint;
/** A quantity in units of 10⁻¹⁸ of the meter's unit: a level of 12 decimals times microseconds fits exactly. */
export type Quantity = bigint;

export const AMOUNT_DECIMALS = 12;
export const QUANTITY_DECIMALS = 18;
export const AMOUNT_ONE: Amount = 10n ** 12n;

/** 100 %, in the unit discounts are kept in. */
export const WHOLE_PERCENT = 100n * AMOUNT_ONE;
export const QUANTITY_ONE: Quantity = 10n ** 18n;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Decimal text as a whole number of 10^-decimals.
 * @throws RangeError when it is no plain decimal or has more decimals than that
 */
export function parseFixed(text: string, decimals: number): bigint {
  const parts = DECIMAL.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is no decimal; write it as 12.50`);
  const [, sign, whole = '', fraction = ''] = parts;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > decimals) throw new RangeError(`"${text}" has more than ${decimals} decimals`);
  const value = BigInt(whole + kept.padEnd(decimals, '0'));
  return sign === '-' ? -value : value;
}

/** The text of a fixed-point number, without needless zeros; `atLeast` decimals are kept. */
export function fixedText(value: bigint, decimals: number, atLeast = 0): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .replace(/0+$/, '')
    .padEnd(atLeast, '0');
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** @throws RangeError see `parseFixed` */
export const parseAmount = (text: string): Amount => parseFixed(text, AMOUNT_DECIMALS);
export const amountText = (amount: Amount): string => fixedText(amount, AMOUNT_DECIMALS);
/** @throws RangeError see `parseFixed` */
export const parseQuantity = (text: string): Quantity => parseFixed(text, QUANTITY_DECIMALS);
export const quantityText = (quantity: Quantity): string => fixedText(quantity, QUANTITY_DECIMALS);

/** About so much, for finding out where to look: nothing shown or charged may come of it. */
export const roughly = (value: bigint): number => Number(value);

/** n / d to the nearest whole number, ties to the even one. d > 0. */
export function divideHalfEven(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  const twice = 2n * (n - quotient * d);
  const size = twice < 0n ? -twice : twice;
  if (size < d || (size === d && quotient % 2n === 0n)) return quotient;
  return n < 0n ? quotient - 1n : quotient + 1n;
}

/** n / d to the nearest whole number, ties away from zero: what is charged and what is returned round alike. d > 0. */
export function divideHalfUp(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  const twice = 2n * (n - quotient * d);
  const size = twice < 0n ? -twice : twice;
  if (size < d) return quotient;
  return n < 0n ? quotient - 1n : quotient + 1n;
}

/** The amount rounded half up to the currency's minor unit (2 decimals for USD); still in 10⁻¹². */
export function roundToMinorUnit(amount: Amount, minorUnit: number): Amount {
  const unit = 10n ** BigInt(AMOUNT_DECIMALS - minorUnit);
  return divideHalfUp(amount, unit) * unit;
}

/**
 * An exact fraction of 10⁻¹² of the currency, rounded half up to its minor unit once; in 10⁻¹². `denominator` > 0.
 */
export function roundFractionToMinorUnit(numerator: bigint, denominator: bigint, minorUnit: number): Amount {
  const unit = 10n ** BigInt(AMOUNT_DECIMALS - minorUnit);
  return divideHalfUp(numerator, denominator * unit) * unit;
}

/** A rounded amount as people read it: `12.50`. */
export function moneyText(amount: Amount, minorUnit: number): string {
  return fixedText(amount, AMOUNT_DECIMALS, minorUnit);
}
