import type { ToldDriver } from '#server/explanation/why/changes/changes.types.ts';

/** What a driver is of, in two words. */
export function kindText({ kind, amountExact }: Pick<ToldDriver, 'kind' | 'amountExact'>): string {
  if (kind !== 'usage') return KINDS[kind];
  return amountExact.startsWith('-') ? 'Less usage' : 'More usage';
}

const KINDS: Record<Exclude<ToldDriver['kind'], 'usage'>, string> = {
  new: 'New',
  gone: 'Gone',
  resize: 'Size or plan',
  price: 'Price',
  discount: 'Discount',
  license: 'License',
  allowance: 'Included use',
  tier: 'Tiers',
  cap: 'Cap',
  minimum: 'Minimum',
  days: 'Days',
  correction: 'Correction',
  credit: 'Credit',
  tax: 'Tax',
};
