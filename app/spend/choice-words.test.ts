import { describe, expect, it } from 'vitest';
import { choiceWords } from './choice-words.ts';
import { NO_GROUPS } from './testing/no-groups.ts';

const ALL = {
  ...NO_GROUPS,
  ...{ license: null, meter: null, names: { crew: 'Crew', 'dyno.m': 'Dynos of size m' } },
};

describe('the charges of a choice', () => {
  it.each([
    [{ app: 'north' }, 'of north'],
    [{ app: '' }, 'of no app'],
    [{ exceptApps: ['north', ''] }, 'of all apps other than north, no app'],
    [{ product: 'dyno' }, 'of Dynos'],
    [{ team: 'crew', price: 'dyno.m' }, 'of Dynos of size m, of team Crew'],
    [{ team: '' }, 'of no team'],
    [{ exceptProducts: ['dyno'] }, 'of all products other than Dynos'],
    [{ exceptTeams: ['crew', ''] }, 'of all teams other than Crew, no team'],
    [
      { exceptPrices: ['dyno.m', 'corrections'] },
      'of all prices other than Dynos of size m, Corrections of earlier invoices',
    ],
    [{ license: { id: 'units', product: 'Dyno units' } }, 'that Dyno units covers'],
    [{ meter: { key: 'mails', description: 'Mails' }, app: 'shop' }, 'of usage of Mails, of shop'],
  ])('%j are called "%s"', (choice, words) => {
    expect(choiceWords({ ...ALL, ...choice })).toBe(words);
  });
});
