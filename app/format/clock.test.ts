import { describe, expect, it } from 'vitest';
import { clockText } from './clock.ts';

describe('clockText', () => {
  it.each([
    ['0', 0, '0:00:00'],
    ['59', 0, '0:00:59'],
    ['4336387.5', 0, '1,204:33:07.5'],
    ['4336387.5', 3, '1,204:33:07.500'],
    ['86400', 3, '24:00:00.000'],
    ['-61', 0, '−0:01:01'],
  ])('%s s at scale %i reads %s', (seconds, scale, text) => {
    expect(clockText(seconds, scale)).toBe(text);
  });
});
