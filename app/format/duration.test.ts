import { describe, expect, it } from 'vitest';
import { clockText, durationText } from './duration.ts';

describe('durationText', () => {
  it.each([
    ['0', '0 s'],
    ['38.25', '38.25 s'],
    ['0.0004', '0 s'],
    ['59.9999', '1 min 00 s'],
    ['60', '1 min 00 s'],
    ['187', '3 min 07 s'],
    ['3599.6', '1 h 00 min'],
    ['3600', '1 h 00 min'],
    ['3629', '1 h 00 min'],
    ['3630', '1 h 01 min'],
    ['7199', '2 h 00 min'],
    ['4336380', '1,204 h 33 min'],
    ['4336380.000000000000', '1,204 h 33 min'],
    ['-5400', '−1 h 30 min'],
  ])('%s s reads %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

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
