import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../server/commands/prepare/build.mjs';
import { beginRun, report } from '../bench/report.ts';
import { hostile } from './hostile.ts';

/** What `npm run faults` does to a running server. */
const RUNS = { hostile };

/** Prints what was measured; ends with 1 when a bar was missed or something could not be measured. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { short: { type: 'boolean' }, only: { type: 'string', multiple: true } } });
  const names = values.only ?? Object.keys(RUNS);
  const unknown = names.find((name) => !(name in RUNS));
  if (unknown !== undefined) {
    console.error(`There is no run "${unknown}". There are: ${Object.keys(RUNS).join(', ')}.`);
    process.exit(2);
  }
  if (process.env.NOBUILD === undefined) await build();
  const folder = mkdtempSync(join(tmpdir(), 'plainbill-faults-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const run = beginRun(values.short === true);
  for (const name of names as (keyof typeof RUNS)[]) {
    try {
      run.rows.push(...(await RUNS[name](folder, run.short)));
    } catch (error) {
      run.failures.push({ benchmark: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  console.log(await report(run));
  process.exit(run.failures.length > 0 || run.rows.some(({ met }) => met === false) ? 1 : 0);
}

await main();
