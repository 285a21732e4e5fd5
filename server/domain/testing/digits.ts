/** A value in units of 10^-`decimals` as plain text without trailing zeros. */
export function digits(value: bigint, decimals: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = text.slice(text.length - decimals).replace(/0*$/, '');
  const whole = text.slice(0, text.length - decimals);
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
