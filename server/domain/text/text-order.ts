/**
 * Text in the order of its code points, which is that of its bytes in UTF-8: as the store sorts, so that a page read there
 * and a charge rated here agree on which event came first. No locale decides over money.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** JavaScript orders by code units, in which what lies beyond U+FFFF comes before U+E000. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
