import { describe, expect, it } from 'vitest';
import { dateTimeText, OPEN_END } from './instant.ts';

describe('an instant as the engine reads it', () => {
  it.each([
    [0, '0.000000'],
    [1, '0.000001'],
    [999_999, '0.999999'],
    [Date.parse('2026-11-24T03:44:14.123Z') * 1000 + 456, '1795491854.123456'],
    [OPEN_END, '7258118400.000000'],
    [OPEN_END - 1, '7258118399.999999'],
  ])('%i is %s', (micros, text) => expect(dateTimeText(micros)).toBe(text));
});
