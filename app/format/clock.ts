import { digitsOf, separateThousands } from '#server/domain/decimal.ts';

/** Seconds to the last digit as hours, minutes and seconds: `4336387.5` → `1,204:33:07.5`. `scale` pads the fraction. */
export function clockText(seconds: string, scale = 0): string {
  const { negative, whole, fraction } = digitsOf(seconds);
  const all = BigInt(whole);
  const hours = separateThousands(String(all / 3600n));
  const shown = fraction.padEnd(scale, '0');
  return `${negative ? '−' : ''}${hours}:${twoDigits((all / 60n) % 60n)}:${twoDigits(all % 60n)}${shown === '' ? '' : `.${shown}`}`;
}

function twoDigits(n: bigint): string {
  return String(n).padStart(2, '0');
}
