/** Seconds of a monthly price: 30 days of 24 hours. */
const SECONDS_BILLED = 2_592_000n;

/** What slots cost that were there for so many seconds at a monthly price, each at most that: 12 decimals, half even. */
export function exactly(...parts: { monthly: number; slots: number[] }[]): string {
  // Cents and seconds are whole, so this is the amount as a fraction over 100 × 2,592,000.
  const numerator = parts.reduce((sum, { monthly, slots }) => {
    const cents = BigInt(Math.round(monthly * 100));
    const billed = slots.map((s) => (BigInt(s) > SECONDS_BILLED ? SECONDS_BILLED : BigInt(s)));
    return sum + cents * billed.reduce((a, b) => a + b, 0n);
  }, 0n);
  return decimal(divide(numerator * 10n ** 10n, SECONDS_BILLED, 'even'), 12);
}

/** To cents, half up. */
export function rounded(exact: string): string {
  const [whole = '0', fraction = ''] = exact.replace('-', '').split('.');
  const scaled = BigInt(`${whole}${fraction.padEnd(12, '0')}`);
  const cents = divide(scaled, 10n ** 10n, 'up');
  return `${exact.startsWith('-') ? '-' : ''}${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}

export function divide(numerator: bigint, denominator: bigint, half: 'even' | 'up'): bigint {
  const whole = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (half === 'up' || whole % 2n === 1n));
  return up ? whole + 1n : whole;
}

/** A whole number of 10⁻ᵖˡᵃᶜᵉˢ as decimal text. */
export function decimal(scaled: bigint, places: number): string {
  const digits = String(scaled).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}

/** Cents of an amount that is rounded already. */
export const cents = (amount: string): bigint => BigInt(amount.replace('.', ''));
