// `npm run replay -- FILE`: sends a recording of a language-model service through the HTTP API of a running server.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  REPLAY_USAGE,
  ReplayArgumentError,
  type ReplayArguments,
  readReplayArguments,
} from '../demo/replay/arguments.ts';
import { progressFile } from '../demo/replay/progress-file.ts';
import { type ReplayResult, replay } from '../demo/replay/replay.ts';
import { ReplayFileError, replayRows, sumRows } from '../demo/replay/rows.ts';
import { SendError, sendBatch } from '../demo/replay/sender.ts';
import { progressBar } from './progress.ts';

const EXIT = { done: 0, failed: 1, misused: 2, interrupted: 130 };
/** Where a demo server leaves the key for replays, inside its data folder. */
const DEMO_KEY_FILE = 'demo-ingest-key';

process.exitCode = await main(process.argv.slice(2));

async function main(argv: string[]): Promise<number> {
  try {
    const ask = readReplayArguments(argv, new Date());
    if (ask === null) {
      print(REPLAY_USAGE);
      return EXIT.done;
    }
    return await run(ask);
  } catch (error) {
    if (error instanceof ReplayArgumentError) {
      complain(`${error.message}\n\n${REPLAY_USAGE}`);
      return EXIT.misused;
    }
    if (error instanceof ReplayFileError || error instanceof SendError) complain(error.message);
    else throw error;
    return EXIT.failed;
  }
}

async function run(ask: ReplayArguments): Promise<number> {
  // Read to its end first: a broken file is refused before anything is sent.
  const whole = await sumRows(rowsOf(ask.file));
  const key = ask.key ?? (await keyFromSurroundings());
  const memory = await progressFile(ask);
  const remembered = ask.restart ? null : await memory.read();
  const progress = remembered ?? { rows: 0, counts: { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 } };
  print(`${ask.file} on ${ask.on} into account ${ask.account} at ${ask.url}`);
  if (remembered !== null) {
    print(
      `Going on after row ${progress.rows}, where an earlier run stopped (${memory.path}); --restart begins again.`,
    );
  }

  const interrupts = listenForInterrupts();
  const bar = progressBar('Replay', 'rows');
  let result: ReplayResult | null = null;
  let failure: unknown = null;
  let confirmed = progress.rows;
  bar.start(whole.rows);
  bar.update(confirmed);
  try {
    result = await replay({
      rows: rowsOf(ask.file),
      on: ask.on,
      account: ask.account,
      batch: ask.batch,
      progress,
      stopped: interrupts.stopped,
      send: (events) =>
        sendBatch(
          events,
          {
            url: ask.url,
            key,
            now: () => new Date(),
            sleep: (millis, signal) => wait(millis, undefined, { signal }),
            onRetry: (why, millis) => complain(`\n${why} Trying again in ${(millis / 1000).toFixed(1)} s.`),
          },
          interrupts.signal,
        ),
      onConfirmed: async (reached) => {
        confirmed = reached.rows;
        bar.update(confirmed);
        await memory.write(reached);
      },
    });
  } catch (error) {
    failure = error;
  } finally {
    bar.stop();
    interrupts.end();
  }

  if (result?.complete) {
    // A finished replay is forgotten, so that repeating it sends, and proves, every row again.
    await memory.remove();
    return report(result);
  }
  complain(`Stopped after ${confirmed} of ${whole.rows} rows. The same command goes on from there (${memory.path}).`);
  if (failure !== null && !interrupts.signal.aborted) throw failure;
  return EXIT.interrupted;
}

/** The first interrupt asks to stop after the batch under way, the second ends that too. */
function listenForInterrupts() {
  const second = new AbortController();
  let stopped = false;
  const onInterrupt = () => {
    if (stopped) second.abort();
    stopped = true;
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return {
    stopped: () => stopped,
    signal: second.signal,
    end: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

function rowsOf(file: string) {
  return replayRows(createReadStream(file));
}

function report({ progress: { counts }, sums }: ReplayResult): number {
  const number = new Intl.NumberFormat('en-US');
  print(
    `accepted ${number.format(counts.accepted)}, duplicates ${number.format(counts.duplicates)}, ` +
      `conflicts ${number.format(counts.conflicts)}, rejected ${number.format(counts.rejected)}`,
  );
  print(
    `requests ${number.format(sums.rows)}, context tokens ${number.format(sums.contextTokens)}, ` +
      `generated tokens ${number.format(sums.generatedTokens)}`,
  );
  if (counts.conflicts + counts.rejected === 0) return EXIT.done;
  complain('Some events were not counted: other content stands under their ids, or they were refused.');
  return EXIT.failed;
}

async function keyFromSurroundings(): Promise<string> {
  const fromEnvironment = process.env.PLAINBILL_API_KEY;
  if (fromEnvironment) return fromEnvironment;
  const path = join(process.env.DATA_DIR || '.data', DEMO_KEY_FILE);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    throw new ReplayArgumentError(
      `no API key: give --key, or set PLAINBILL_API_KEY, or start the demo, which leaves one in ${path}`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
