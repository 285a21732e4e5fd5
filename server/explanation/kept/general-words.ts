import type { ToldDriver } from '../why/changes/changes.types.ts';

/** By kind, what a driver says in general: of more, and of less. */
const WORDS: Record<ToldDriver['kind'], [more: string, less: string]> = {
  days: ['The time compared is longer', 'The time compared is shorter'],
  new: ['It is new', 'It is new'],
  gone: ['It is gone', 'It is gone'],
  usage: ['More was used', 'Less was used'],
  resize: ['Its size or plan changed', 'Its size or plan changed'],
  price: ['It costs more', 'It costs less'],
  license: ['Licenses covered less', 'Licenses covered more'],
  allowance: ['Less was included', 'More was included'],
  tier: ['It came to other tiers of its price', 'It came to other tiers of its price'],
  cap: ['Its cap saves less', 'Its cap saves more'],
  minimum: ['Its minimum adds more', 'Its minimum adds less'],
  discount: ['Less was taken off', 'More was taken off'],
  correction: ['What came late was charged', 'What came late was taken off'],
  credit: ['Credits paid less', 'Credits paid more'],
  tax: ['Tax comes to more', 'Tax comes to less'],
};

/** What is said of a driver whose own words may tell names. */
export function generalWords({ kind, amountExact }: Pick<ToldDriver, 'kind' | 'amountExact'>): string {
  const [more, less] = WORDS[kind];
  return amountExact.startsWith('-') ? less : more;
}

/** Whether a credit is called by its place. */
export const CREDIT_BY_PLACE = /^Credit \d+ (?:pays|paid) /;
