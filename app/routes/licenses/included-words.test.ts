import { describe, expect, it } from 'vitest';
import type { IncludedUse } from '#server/billing/included-use.ts';
import { includedWords } from './included-words.ts';

const write = {
  amount: (quantity: string) => `${quantity} letters`,
  moment: (instant: string) => instant.slice(0, 16),
  day: (day: string) => day,
};
const use = (given: Partial<IncludedUse>): IncludedUse => ({
  priceKey: 'letters',
  chargeId: 'c',
  description: 'Letters',
  lineValues: {},
  unit: 'letters',
  isPool: false,
  included: '100',
  used: '40',
  beyond: '0',
  percent: '40',
  pace: '60',
  exhaustedAt: null,
  exhaustedDay: null,
  ...given,
});
const ranOut = { used: '100', beyond: '10', percent: '100', pace: null };

describe('what is included', () => {
  it.each<[string, Partial<IncludedUse>, boolean, string, boolean]>([
    ['lasts', {}, true, 'At this pace 60 letters by the end of the month: it lasts.', false],
    [
      'will not',
      { pace: '120' },
      true,
      'At this pace 120 letters by the end of the month: more than is included.',
      true,
    ],
    ['is young', { pace: null }, true, 'Too early in the month to tell where its pace leads.', false],
    ['was enough', {}, false, 'It was enough.', false],
    ['is untouched', { chargeId: null, used: '0', percent: '0', pace: null }, true, 'Nothing of it was used.', false],
    [
      'is gone to the instant',
      { ...ranOut, isPool: true, exhaustedAt: '2026-03-21T20:00:00Z', exhaustedDay: '2026-03-21' },
      true,
      'Ran out on 2026-03-21T20:00: nothing more is in it until the next month.',
      true,
    ],
    [
      'is gone on a day',
      { ...ranOut, exhaustedDay: '2026-03-06' },
      false,
      'Ran out on 2026-03-06: use after that is charged.',
      true,
    ],
    ['is gone, some was returned', ranOut, true, 'Used up: 10 letters beyond it are charged.', true],
    ['is just used up', { ...ranOut, beyond: '0' }, true, 'Used up just now: use after that is charged.', true],
  ])('%s', (_, given, open, text, warns) => {
    expect(includedWords(use(given), open, write)).toEqual({ text, warns });
  });
});
