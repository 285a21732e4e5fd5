import { describe, expect, it } from 'vitest';
import { durationText } from './duration.ts';

describe('a length of time', () => {
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
  ])('%s s is shown as %s', (seconds, text) => {
    expect(durationText(seconds, 'shown')).toBe(text);
  });

  it.each([
    ['0', '0 s'],
    ['0.000000000000000001', 'less than 1 s'],
    ['0.9999', 'less than 1 s'],
    ['1.4', '1 s'],
    ['38.5', '39 s'],
    ['59.5', '1 min'],
    ['60', '1 min'],
    ['187', '3 min 7 s'],
    ['3599.4', '59 min 59 s'],
    ['3599.5', '1 h'],
    ['3629.999', '1 h'],
    ['3630', '1 h 1 min'],
    ['4336380', '1,204 h 33 min'],
    ['662040.000000', '183 h 54 min'],
    ['-5400', '−1 h 30 min'],
  ])('%s s is said as %s', (seconds, text) => {
    expect(durationText(seconds, 'said')).toBe(text);
  });

  it.each([
    ['0', '0 h 00 min 00 s'],
    ['38.25', '0 h 00 min 38.25 s'],
    ['3599.9999', '0 h 59 min 59.9999 s'],
    ['2678400.5', '744 h 00 min 00.5 s'],
    ['4336387.50', '1,204 h 33 min 07.50 s'],
    ['-61', '−0 h 01 min 01 s'],
  ])('the whole of %s s is %s', (seconds, text) => {
    expect(durationText(seconds, 'whole')).toBe(text);
  });

  it.each(['', '1e5', '1 h', 'NaN'])('is not %j', (text) => {
    expect(() => durationText(text, 'shown')).toThrow(RangeError);
  });
});
