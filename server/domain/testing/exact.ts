/** Decimal text as a whole number of 10⁻³⁰: enough for every product of an amount and a quantity. */
export function exact(text: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,30}))?$/.exec(text);
  if (parts === null) throw new Error(`"${text}" is no decimal`);
  const [, sign, whole = '', fraction = ''] = parts;
  const value = BigInt(whole + fraction.padEnd(30, '0'));
  return sign === '-' ? -value : value;
}

/** The sum of decimals, in 10⁻³⁰. */
export function exactSum(texts: Iterable<string>): bigint {
  let sum = 0n;
  for (const text of texts) sum += exact(text);
  return sum;
}
