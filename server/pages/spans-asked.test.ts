import { describe, expect, it } from 'vitest';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import { periodOf } from '../domain/billing-period.ts';
import { spansAsked } from './spans-asked.ts';

const PERIODS = (['2026-09', '2026-10', '2026-11'] as const).map((key): AccountPeriodRow => {
  const rest = { anchorDay: 1, bridging: false, state: 'ended', settled: false, graceFrom: null } as const;
  return { ...periodOf(key, { timeZone: 'Europe/Berlin', anchorDay: 1 }), ...rest };
});
// The account has moved since.
const CALENDAR = { periods: PERIODS, timeZone: 'UTC' };
const BEFORE = { compareFrom: '2026-09-01', compareTo: '2026-09-14' };

describe('two spans', () => {
  it('of days, the last of which is in it, in the zone of their periods', () => {
    expect(spansAsked({ from: '2026-10-24', to: '2026-10-25', ...BEFORE }, CALENDAR)).toEqual({
      from: '2026-10-23T22:00:00.000000Z',
      // Clocks were set back on that day.
      to: '2026-10-25T23:00:00.000000Z',
      compareFrom: '2026-08-31T22:00:00.000000Z',
      compareTo: '2026-09-14T22:00:00.000000Z',
    });
  });

  it('of instants, as they are, also beside a day', () => {
    expect(
      spansAsked({ from: '2026-10-01T12:00:00.5+02:00', to: '2026-10-02T00:00:00Z', ...BEFORE }, CALENDAR),
    ).toMatchObject({ from: '2026-10-01T10:00:00.500000Z', to: '2026-10-02T00:00:00.000000Z' });
    expect(spansAsked({ from: '2026-10-01T12:00:00Z', to: '2026-10-01', ...BEFORE }, CALENDAR)).toMatchObject({
      from: '2026-10-01T12:00:00.000000Z',
      to: '2026-10-01T22:00:00.000000Z',
    });
  });

  it('of days beyond all periods, for whoever compares them to refuse', () => {
    expect(spansAsked({ from: '2001-01-01', to: '2026-12-24', ...BEFORE }, CALENDAR)).toMatchObject({
      from: '2001-01-01T00:00:00.000000Z',
      to: '2026-12-25T00:00:00.000000Z',
    });
  });

  it.each(['', 'october', '2026-02-30', '2026-10-01T00:00:00'])('of "%s" are not understood', async (to) => {
    const refused = await new Promise((resolve) => {
      try {
        resolve(spansAsked({ from: '2026-10-01', to, ...BEFORE }, CALENDAR));
      } catch (thrown) {
        resolve(thrown);
      }
    });
    expect(refused).toBeInstanceOf(Response);
    expect(refused).toMatchObject({ status: 400 });
    expect(await (refused as Response).text()).toBe(`“${to}” is no day, and no time in full.`);
  });
});
