import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../server/fairness/shares.ts';
import type { Row } from './bench/report.ts';
import { hostile } from './faults/hostile.ts';

// Machines differ: how fast it is beside the load is for the command to say, not for a test.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

let folder: string;
let rows: Row[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plainbill-hostile-'));
  rows = await hostile(folder, true);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const row = (what: string) => {
  const found = rows.find((each) => each.what.startsWith(what));
  if (found === undefined) throw new Error(`"${what}" was not measured`);
  return found;
};

describe('beside hostile load', () => {
  it('another customer is refused nothing, and nothing acknowledged is lost', () => {
    expect(row('of them refused').figures.refused).toBe(0);
    expect(row("another customer's overview").figures.pages).toBeGreaterThan(0);
    expect(row('acknowledged events').figures).toEqual({ lost: 0, lostQuiet: 0 });
  });

  it('memory is bounded', () => {
    expect(row('memory').met).not.toBe(false);
  });

  it('what is hostile gets its share, and no more', () => {
    const got = row('what was hostile got').measured;
    // A busy machine opens fewer; in twenty seconds there are three shares of a link at most.
    expect(got).toMatch(/queries .*429 × \d{3,}/);
    // Each wide query is nearly 500 points of the 2,000 a key has.
    expect(Number(/queries 200 × (\d+)/.exec(got)?.[1] ?? 0)).toBeLessThanOrEqual(15);
    expect(Number(/openings 200 × (\d+)/.exec(got)?.[1] ?? 0)).toBeLessThanOrEqual(3 * DEFAULT_LIMITS.link.points);
  });
});
