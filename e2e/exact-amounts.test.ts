import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where amounts and quantities go through as text or whole numbers. */
const FOLDERS = ['domain', 'usage', 'billing', 'explanation', 'support', 'pages', 'api', 'realtime'].map(
  (room) => `server/${room}`,
);

/** What turns decimals into binary fractions, or rounds them in a place of its own. */
const INEXACT = /\bparseFloat\(|(?<!\.)\bNumber\(|\.toNumber\(|\.toFixed\(|\.toPrecision\(|\bMath\.round\(/g;
const WHY =
  'Amounts and quantities are exact decimal text from end to end: 0.1 + 0.2 is not 0.3 in a JavaScript number. ' +
  'Use server/domain/money.ts or quantity.ts; what is no amount belongs into EXCEPTIONS, with a reason.';

const EXCEPTIONS: Record<string, { uses: string[]; reason: string }> = {
  'server/domain/money.ts': { uses: ['Number('], reason: 'Estimates of where to look, of which nothing is shown.' },
  'server/domain/quantity.ts': { uses: ['Number('], reason: 'The exponent of a decimal, whole and small.' },
  'server/domain/instant.ts': { uses: Array(11).fill('Number('), reason: 'The digits of a date.' },
  'server/domain/rating/rate-charge.ts': { uses: ['Number('], reason: 'Microseconds of an interval, whole and small.' },
  'server/domain/rating/running-rate.ts': { uses: ['Number('], reason: 'Microseconds until a cap, whole and small.' },
  'server/billing/included-use.ts': { uses: ['Number('], reason: 'Microseconds of an interval, whole and small.' },
  'server/usage/meter-query.ts': {
    uses: ['Number('],
    reason: 'OpenMeter has `value` as a number; `valueExact` is beside it.',
  },
  'server/api/events/body-turns.ts': { uses: ['Number('], reason: 'The bytes that a header announces.' },
  'server/api/events/events-out.ts': { uses: ['Number('], reason: 'A cursor of whole numbers.' },
  'server/api/endpoint/schemas.ts': { uses: ['Number('], reason: 'A cursor of whole numbers.' },
};

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file)),
);
const usesIn = (source: string) =>
  source
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .flatMap((line) => line.match(INEXACT) ?? []);

describe('amounts and quantities stay exact', () => {
  it.each(files)('in %s', (file) => {
    expect(usesIn(readFileSync(join(root, file), 'utf8')), WHY).toEqual(EXCEPTIONS[file]?.uses ?? []);
  });

  it('has no exception for a file that is gone', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(EXCEPTIONS)));
  });

  it.each([
    ['Number(amount) * 2', 1],
    ['parseFloat(amount)', 1],
    ['Number.parseFloat(amount)', 1],
    ['new Decimal(a).toNumber()', 1],
    ['total.toFixed(2)', 1],
    ['Math.round(cents) / 100', 1],
    ['Number.parseInt(row.events, 10)', 0],
    ['amount + Number.POSITIVE_INFINITY', 0],
    ['  // never Number(amount)', 0],
  ])('%s: %i', (line, uses) => expect(usesIn(line)).toHaveLength(uses));
});
