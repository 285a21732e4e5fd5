import { describe, expect, it } from 'vitest';
import { type Change, changeIdOf, changeOfId } from './change-id.ts';

describe('the id of a difference', () => {
  it.each<[string, Change]>([
    ['changes-2026-11', { period: '2026-11' }],
    ['changes-2026-11-24-usual', { day: '2026-11-24', against: 'usual' }],
    ['changes-2026-11-24-previous', { day: '2026-11-24', against: 'previous' }],
    ['changes-of-2026-11-d62e67e01b60a1313b77', { chargeId: '2026-11-d62e67e01b60a1313b77' }],
    [
      'changes-from-1793491200000001-1793577600000000-1790812800000000-1790899200000000',
      {
        from: '2026-11-01T00:00:00.000001Z',
        to: '2026-11-02T00:00:00.000000Z',
        compareFrom: '2026-10-01T00:00:00.000000Z',
        compareTo: '2026-10-02T00:00:00.000000Z',
      },
    ],
  ])('%s says all that was asked for', (id, change) => {
    expect(changeIdOf(change)).toBe(id);
    expect(changeOfId(id)).toEqual(change);
  });

  it.each([
    '2026-11-d62e67e01b60a1313b77',
    '2026-09-d62e67e01b60a1313b77-in-2026-10',
    'changes-2026-13',
    'changes-0000-01',
    'changes-2026-11-24',
    'changes-2026-11-24-tomorrow',
    'changes-of-',
    'changes-of-a b',
    'changes-from-1-2-3',
    'changes-from-1-2-3-123456789012345678',
    'changes',
    '',
  ])('is not "%s"', (id) => expect(changeOfId(id)).toBeNull());
});
