import { divideHalfUp, fixedText, parseFixed } from './money.ts';

/** A decimal taken apart: `-12.50` is negative, whole `12`, fraction `5`. Trailing zeros of the fraction carry nothing. */
interface Digits {
  negative: boolean;
  whole: string;
  fraction: string;
}

/** Takes an exact decimal apart without ever making it a JavaScript number. @throws RangeError when the text is no plain decimal */
export function digitsOf(decimal: string): Digits {
  const match = /^(-?)0*(\d+)(?:\.(\d*))?$/.exec(decimal);
  if (!match) throw new RangeError(`"${decimal}" is not a plain decimal; quantities must be like "-12.5"`);
  const whole = match[2] ?? '0';
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return { negative: match[1] === '-' && (/[1-9]/.test(whole) || fraction !== ''), whole, fraction };
}

/** How many digits stand behind the point, trailing zeros apart. @throws RangeError see `digitsOf` */
export function scaleOf(decimal: string): number {
  return digitsOf(decimal).fraction.length;
}

/** Whether a decimal is zero, however it is written. @throws RangeError see `digitsOf` */
export function isZero(decimal: string): boolean {
  const { whole, fraction } = digitsOf(decimal);
  return whole === '0' && fraction === '';
}

/**
 * All digits, thousands separated: `22361870.250` → `22,361,870.25`. `scale` pads the fraction so that columns align.
 * @throws RangeError see `digitsOf`
 */
export function exactText(decimal: string, scale = 0): string {
  const { negative, whole, fraction } = digitsOf(decimal);
  const shown = fraction.padEnd(scale, '0');
  return `${negative ? '−' : ''}${separateThousands(whole)}${shown === '' ? '' : `.${shown}`}`;
}

/** Rounded half up (away from zero) to at most `scale` digits behind the point: a decimal again, not text to show. */
export function roundDecimal(decimal: string, scale: number): string {
  return divideDecimal(decimal, 1n, scale);
}

/** Divided by a whole number, rounded half up (away from zero) to at most `scale` digits behind the point. */
export function divideDecimal(decimal: string, by: bigint, scale: number): string {
  const decimals = Math.max(scale, scaleOf(decimal));
  const divisor = by * 10n ** BigInt(decimals - scale);
  return fixedText(divideHalfUp(parseFixed(decimal, decimals), divisor), scale);
}

/** `1234567` → `1,234,567`. Whole digits only. */
export function separateThousands(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}
