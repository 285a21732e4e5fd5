import { expect, it } from 'vitest';
import { linesFault, tidyLines } from './lines.ts';

it.each([
  ['  one \r\n\r\n two\rthree  ', 'one \n\n two\nthree'],
  ['\n\t ', ''],
])('%j is kept as %j', (text, kept) => {
  expect(tidyLines(text)).toBe(kept);
});

it.each([
  ['one\n\ttwo 🦆', null],
  ['12345678901', 'at most 10'],
  ['', 'empty'],
  ['a\u0000', 'control characters'],
  ['a\u0085', 'control characters'],
  ['\ud83e', 'halves'],
])('%j: %s', (lines, fault) => {
  const found = linesFault(lines, fault === null ? 100 : 10);
  if (fault === null) expect(found).toBeNull();
  else expect(found).toContain(fault);
});
