/** What corrections of earlier invoices are told as, beside the products of this one. */
export const CORRECTIONS = 'corrections';

/** The part of the platform a price is of, as its key begins: `dyno` of `dyno.performance-l`. */
export function productOfPrice(priceKey: string): string {
  return priceKey.split('.')[0] ?? '';
}
