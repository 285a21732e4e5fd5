import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../server/commands/prepare/build.mjs';
import { closing } from './closing.ts';
import { dedupeRule } from './dedupe-rule.ts';
import { explanation } from './explanation.ts';
import { ingest } from './ingest.ts';
import { live } from './live.ts';
import { monthByDay } from './month-by-day.ts';
import { pages } from './pages.ts';
import { projectedInvoice } from './projected-invoice.ts';
import { rating } from './rating.ts';
import { beginRun, type Row, report } from './report.ts';
import { singlePosts } from './single-posts.ts';
import { unusualDaysFound } from './unusual-days.ts';

type Benchmark = (folder: string, short: boolean) => Promise<Row[]>;

/** What `npm run bench` measures. */
const BENCHMARKS: Record<string, Benchmark> = {
  ingest,
  'single-posts': singlePosts,
  live,
  'month-by-day': monthByDay,
  rating,
  'projected-invoice': projectedInvoice,
  closing,
  explanation,
  pages,
  'unusual-days': unusualDaysFound,
};
/** What helped a decision and is measured only when asked for by name. */
const COMPARISONS: Record<string, Benchmark> = { 'dedupe-rule': dedupeRule };
const MINUTES = { short: 15, full: 60 };

/**
 * Measures the running product and prints a table. A missed bar is shown, not an error: machines differ. What could not
 * be measured ends it with 1.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { short: { type: 'boolean' }, only: { type: 'string', multiple: true } } });
  const short = values.short === true;
  const all = { ...BENCHMARKS, ...COMPARISONS };
  const names = values.only ?? Object.keys(BENCHMARKS);
  const unknown = names.find((name) => all[name] === undefined);
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(all).join(', ')}.`);
    process.exit(2);
  }

  // The server does not start without its pages.
  await build();

  const folder = mkdtempSync(join(tmpdir(), 'plainbill-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const minutes = short ? MINUTES.short : MINUTES.full;
  setTimeout(() => {
    console.error(`The benchmarks did not end within ${minutes} minutes.`);
    process.exit(1);
  }, minutes * 60_000).unref();

  const run = beginRun(short);
  for (const name of names) {
    const started = performance.now();
    process.stdout.write(`${name} … `);
    try {
      run.rows.push(...((await all[name]?.(folder, short)) ?? []));
    } catch (error) {
      run.failures.push({ benchmark: name, reason: error instanceof Error ? error.message : String(error) });
    }
    process.stdout.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
  }
  const file = await report(run);
  console.log(file);
  process.exit(run.failures.length === 0 ? 0 : 1);
}

await main();
