import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** One line of the table. */
export interface Row {
  what: string;
  /** In words, with its unit. */
  measured: string;
  /** What it is held against; `null` when it is told for orientation only. */
  bar: string | null;
  met: boolean | null;
  /** The plain numbers behind `measured`, for comparing runs by program. */
  figures: Record<string, number | string | number[]>;
}

export interface Run {
  startedAt: Date;
  short: boolean;
  /** One-minute load average before the first benchmark: other programs' share of the machine. */
  loadBefore: number;
  rows: Row[];
  failures: { benchmark: string; reason: string }[];
}

export function beginRun(short: boolean): Run {
  return { startedAt: new Date(), short, loadBefore: loadavg()[0] ?? 0, rows: [], failures: [] };
}

function table(rows: readonly Row[]): string {
  const cells = [
    ['what', 'measured', 'bar', 'met?'],
    ...rows.map(({ what, measured, bar, met }) => [
      what,
      measured,
      bar ?? '–',
      met === null ? '–' : met ? 'yes' : 'NO',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

/** Prints the run and keeps it. @returns the file it is in */
export async function report(run: Run): Promise<string> {
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
  };
  const folder = fileURLToPath(new URL('../../bench-results/', import.meta.url));
  const file = `${folder}${run.startedAt.toISOString().replaceAll(':', '-')}.json`;
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...run, loadAfter: loadavg()[0], machine }, null, 2)}\n`);
  console.log(`\n${table(run.rows)}\n`);
  for (const { benchmark, reason } of run.failures) console.log(`${benchmark} could not be measured: ${reason}`);
  console.log(
    `${machine.processors} × ${machine.model}, ${machine.memoryGb} GB, Node ${machine.node}, load ${run.loadBefore.toFixed(1)} before`,
  );
  if (run.short) console.log('Short form: smaller than the bars are meant for; run without --short to compare.');
  return file;
}
