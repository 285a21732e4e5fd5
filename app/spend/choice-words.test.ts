import { describe, expect, it } from 'vitest';
import { choiceWords } from './choice-words.ts';

const ALL = { app: null, exceptApps: null, product: null, license: null, meter: null };

describe('the charges of a choice', () => {
  it.each([
    [{ app: 'north' }, 'of north'],
    [{ app: '' }, 'of no app'],
    [{ exceptApps: ['north', ''] }, 'of all apps other than north, no app'],
    [{ product: 'dyno' }, 'of Dynos'],
    [{ license: { id: 'units', product: 'Dyno units' } }, 'that Dyno units covers'],
    [{ meter: { key: 'mails', description: 'Mails' }, app: 'shop' }, 'of usage of Mails, of shop'],
  ])('%j are called "%s"', (choice, words) => {
    expect(choiceWords({ ...ALL, ...choice })).toBe(words);
  });
});
