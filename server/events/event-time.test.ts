import { describe, expect, it } from 'vitest';
import { acceptedTimes } from './event-time.ts';

const at = (text: string) => Date.parse(text) * 1000;

describe('accepted times', () => {
  it.each([
    ['2026-11-24T08:30:00.123Z', '2025-10-24T08:30:00.123Z', '2026-11-24T09:30:00.123Z'],
    ['2026-01-01T00:00:00Z', '2024-12-01T00:00:00Z', '2026-01-01T01:00:00Z'],
    // Thirteen months back there is no 31st.
    ['2026-03-31T12:00:00Z', '2025-02-28T12:00:00Z', '2026-03-31T13:00:00Z'],
  ])('at %s are from %s through %s', (now, earliest, latest) => {
    expect(acceptedTimes(at(now))).toEqual({ earliest: at(earliest), latest: at(latest) });
  });
});
