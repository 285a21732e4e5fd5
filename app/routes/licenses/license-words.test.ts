import { describe, expect, it } from 'vitest';
import type { LicenseUse } from '#server/pages/spend-pages.types.ts';
import { licenseWords } from './license-words.ts';

const license = (given: Partial<LicenseUse>): LicenseUse => ({
  id: 'dyno-units',
  product: 'Dyno units',
  measure: 'unit_months',
  unit: 'units',
  quantity: '108',
  term: { from: '2026-08-01T00:00:00Z', to: '2027-08-01T00:00:00Z' },
  capacity: '108',
  drawn: '50',
  capacityUnits: '108',
  drawnUnits: '50',
  percent: '46.3',
  exhaustedAt: null,
  paceUnits: null,
  overage: '0',
  teams: [],
  apps: [],
  days: [],
  ...given,
});

describe('licenseWords', () => {
  it.each([
    [{ exhaustedAt: '2026-11-23T04:41:18Z' }, true, 'Ran out on 04:41: use after that is charged on demand.', true],
    [{ exhaustedAt: '2026-11-23T04:41:18Z' }, false, 'Ran out on 04:41: use after that is charged on demand.', true],
    [
      { exhaustedAt: '2026-11-23T04:41:18Z', measure: 'max' },
      true,
      'More than was bought since 04:41: the rest is charged on demand.',
      true,
    ],
    [{ paceUnits: '130' }, true, 'At this pace 130 units by the end of the month: more than was bought.', true],
    [{ paceUnits: '108.0000' }, true, 'At this pace 108.0000 units by the end of the month: it lasts.', false],
    [{}, true, 'Too early in the month to tell where its pace leads.', false],
    [{ measure: 'max' }, true, 'Covers all of its use so far.', false],
    [{}, false, 'Covered all of its use.', false],
  ] satisfies [Partial<LicenseUse>, boolean, string, boolean][])('%j, open %s: %s', (given, open, text, warns) => {
    const words = licenseWords(
      license(given),
      open,
      (units) => `${units} units`,
      (instant) => instant.slice(11, 16),
    );
    expect(words).toEqual({ text, warns });
  });
});
