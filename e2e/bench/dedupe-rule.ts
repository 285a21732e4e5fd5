import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child.ts';
import type { DedupeAnswer, DedupeQuestion } from './children/dedupe-stores.ts';
import { milliseconds, rounded } from './figures.ts';
import type { Row } from './report.ts';

const RULES = {
  none: 'events only, no keys',
  projection: 'keys as a projection of the events table, one insert',
  keyTable: 'keys in a table of their own, a second insert',
} as const;

/** What clickhouse/README.md decides from: the ways to remember which event ids are known. */
export async function dedupeRule(folder: string, short: boolean): Promise<Row[]> {
  const stores = startChild(new URL('./children/dedupe-stores.ts', import.meta.url));
  try {
    const question: DedupeQuestion = {
      dataDir: await mkdtemp(join(folder, 'dedupe-')),
      storedEvents: short ? 200_000 : 10_000_000,
      insertedEvents: short ? 16_000 : 160_000,
      lookups: short ? 5 : 40,
    };
    const { inserts, lookups } = await stores.ask<DedupeAnswer>(question);
    const orientation = { bar: null, met: null };
    return [
      ...inserts.map(({ rule, rows, rate, rates }) => ({
        what: `insert, ${rows.toLocaleString('en')} rows at once: ${RULES[rule]}`,
        measured: `${rounded(rate)} rows/s`,
        ...orientation,
        figures: { rowsPerSecond: rate, rounds: rates },
      })),
      ...lookups.map(({ rule, account, accountEvents, ids, p50, p95 }) => ({
        what: `find ${ids.toLocaleString('en')} known ids of the ${account} account (${accountEvents.toLocaleString('en')} of ${question.storedEvents.toLocaleString('en')} events): ${RULES[rule]}`,
        measured: `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}`,
        ...orientation,
        figures: { p50Ms: p50, p95Ms: p95 },
      })),
    ];
  } finally {
    await stores.end();
  }
}
