import { Presets, SingleBar } from 'cli-progress';

/** A progress display of a command. */
export interface Progress {
  start: (total: number) => void;
  /** `note` stands behind the numbers, such as `12,345 events`. */
  update: (done: number, note?: string) => void;
  stop: () => void;
}

const BETWEEN_LINES_MILLIS = 5000;

/** Shows how far a long task is, on standard error: a bar on a terminal, else a plain line every few seconds. */
export function progressBar(label: string, unit: string): Progress {
  const picture = process.stderr.isTTY ? ' {bar}' : '';
  const bar = new SingleBar(
    {
      format: `${label}${picture} {percentage}% | {value}/{total} ${unit} {note}| {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
      noTTYOutput: true,
      notTTYSchedule: BETWEEN_LINES_MILLIS,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  return {
    start: (total) => bar.start(total, 0, { note: '' }),
    update: (done, note) => bar.update(done, { note: note === undefined ? '' : `| ${note} ` }),
    stop: () => bar.stop(),
  };
}
