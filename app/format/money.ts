import { exactText, isZero, roundDecimal } from '#server/domain/decimal.ts';

/** What an amount needs to be shown. */
export interface Currency {
  /** ISO 4217. */
  currency: string;
  /** Decimals of its minor unit. */
  minorUnit: number;
}

/** An amount as people read it, rounded half up to the minor unit: `$2,913.38`, `EUR 12.50`. */
export function moneyText(amount: string, { currency, minorUnit }: Currency): string {
  const rounded = exactText(roundDecimal(amount, minorUnit), minorUnit);
  const sign = rounded.startsWith('−') ? '−' : '';
  return `${sign}${currency === 'USD' ? '$' : `${currency} `}${rounded.slice(sign.length)}`;
}

/** The same as a difference: `+$656.91`, `−$114.94`, `$0.00`. */
export function changeText(amount: string, of: Currency): string {
  const text = moneyText(amount, of);
  return amount.startsWith('-') || isZero(roundDecimal(amount, of.minorUnit)) ? text : `+${text}`;
}

/** Every digit of a difference: `+656.911458333334 USD`. */
export function exactChangeText(amount: string, of: Currency): string {
  return `${amount.startsWith('-') || isZero(amount) ? '' : '+'}${exactMoneyText(amount, of)}`;
}

/** What something costs, with every digit: `$0.000015`, `EUR 450.00`. */
export function priceText(amount: string, { currency, minorUnit }: Currency): string {
  return `${currency === 'USD' ? '$' : `${currency} `}${exactText(amount, minorUnit)}`;
}

/** Every digit of it: `2,913.379861111111 USD`. */
export function exactMoneyText(amount: string, { currency, minorUnit }: Currency): string {
  return `${exactText(amount, minorUnit)} ${currency}`;
}
