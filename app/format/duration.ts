import { digitsOf, divideDecimal, roundDecimal, separateThousands } from '#server/domain/decimal.ts';

const SECONDS_PER_MINUTE = 60n;
const SECONDS_PER_HOUR = 3600n;

/**
 * Seconds as a person reads them, rounded to the smaller unit shown: `4336380` → `1,204 h 33 min`, `187` →
 * `3 min 07 s`, `38.25` → `38.25 s`.
 */
export function durationText(seconds: string): string {
  const { negative, whole } = digitsOf(seconds);
  const sign = negative ? '−' : '';
  if (BigInt(whole) >= SECONDS_PER_HOUR) {
    const minutes = BigInt(divideDecimal(seconds, SECONDS_PER_MINUTE, 0).replace('-', ''));
    return `${sign}${separateThousands(String(minutes / 60n))} h ${twoDigits(minutes % 60n)} min`;
  }
  if (BigInt(whole) >= SECONDS_PER_MINUTE) {
    const rounded = BigInt(roundDecimal(seconds, 0).replace('-', ''));
    if (rounded === SECONDS_PER_HOUR) return `${sign}1 h 00 min`;
    return `${sign}${rounded / 60n} min ${twoDigits(rounded % 60n)} s`;
  }
  const { whole: s, fraction } = digitsOf(roundDecimal(seconds, 3));
  return s === '60' ? `${sign}1 min 00 s` : `${sign}${s}${fraction === '' ? '' : `.${fraction}`} s`;
}

/** Seconds to the last digit as hours, minutes and seconds: `4336387.5` → `1,204:33:07.5`. `scale` pads the fraction. */
export function clockText(seconds: string, scale = 0): string {
  const { negative, whole, fraction } = digitsOf(seconds);
  const all = BigInt(whole);
  const hours = separateThousands(String(all / SECONDS_PER_HOUR));
  const shown = fraction.padEnd(scale, '0');
  return `${negative ? '−' : ''}${hours}:${twoDigits((all / 60n) % 60n)}:${twoDigits(all % 60n)}${shown === '' ? '' : `.${shown}`}`;
}

function twoDigits(n: bigint): string {
  return String(n).padStart(2, '0');
}
