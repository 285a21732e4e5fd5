import { exactText, roundDecimal } from '#server/domain/decimal.ts';

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

/** Every digit of it: `2,913.379861111111 USD`. */
export function exactMoneyText(amount: string, { currency, minorUnit }: Currency): string {
  return `${exactText(amount, minorUnit)} ${currency}`;
}
