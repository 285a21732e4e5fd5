import { describe, expect, it } from 'vitest';
import { axisUnit, cellText, cellUnit, columnScale, hourUnit, quantityText } from './quantity.ts';

describe('quantityText', () => {
  it.each([
    // unit, quantity, short, unit shown, exact, rounded
    ['requests', '19366', '19,366', 'requests', '19,366 requests', false],
    ['tokens', '22361870.000000000000', '22,361,870', 'tokens', '22,361,870 tokens', false],
    ['tokens', '1234.5678', '1,234.57', 'tokens', '1,234.5678 tokens', true],
    ['rows', '0.00012345', '0.000123', 'rows', '0.00012345 rows', true],
    ['dyno-seconds', '4336387.5', '1,204 h 33 min', 'dyno-hours', '4,336,387.5 dyno-seconds', true],
    ['dyno-seconds', '4336380', '1,204 h 33 min', 'dyno-hours', '4,336,380 dyno-seconds', false],
    ['seconds', '187', '3 min 07 s', 'hours', '187 seconds', false],
    ['GB-seconds', '12345678.9', '3,429.36', 'GB-hours', '12,345,678.9 GB-seconds', true],
  ])('%s %s', (unit, quantity, short, shownUnit, exact, rounded) => {
    expect(quantityText({ unit }, quantity)).toEqual({ short, unit: shownUnit, exact, rounded });
  });

  it('stays readable at 38 digits and keeps them all in the exact text', () => {
    const text = quantityText({ unit: 'tokens' }, '12345678901234567890123456789012345678');
    expect(text.short).toBe('1.2346 × 10³⁷');
    expect(text.exact).toBe('12,345,678,901,234,567,890,123,456,789,012,345,678 tokens');
  });
});

describe('a table column', () => {
  it('shows every digit, aligned at the point', () => {
    const column = ['3600', null, '90.25'];
    const scale = columnScale(column);
    expect(scale).toBe(2);
    expect(column.map((q) => q && cellText({ unit: 'dyno-seconds' }, q, scale))).toEqual([
      '1:00:00.00',
      null,
      '0:01:30.25',
    ]);
    expect(cellUnit({ unit: 'dyno-seconds' })).toBe('h:min:s');
    expect(cellText({ unit: 'GB-seconds' }, '3600.5', scale)).toBe('3,600.50');
    expect(cellUnit({ unit: 'GB-seconds' })).toBe('GB-seconds');
  });
});

describe('axisUnit', () => {
  it.each([
    ['tokens', 1, 'tokens'],
    ['dyno-seconds', 3600, 'dyno-hours'],
    ['GB-seconds', 3600, 'GB-hours'],
  ])('%s', (unit, divisor, name) => {
    expect(axisUnit({ unit })).toEqual({ divisor, name });
  });
});

describe('hourUnit', () => {
  it('is of what is counted over time', () => {
    expect(hourUnit('dyno-seconds')).toEqual({ hours: 'h', seconds: 's' });
    expect(hourUnit('GB-seconds')).toEqual({ hours: 'GB-h', seconds: 'GB-s' });
    expect(hourUnit('tokens')).toBeNull();
  });
});
