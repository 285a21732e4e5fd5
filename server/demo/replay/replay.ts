import { type ReplayEvent, replayEvent } from './event.ts';
import type { ReplayProgress } from './progress-file.ts';
import { addRow, type ReplayRow, type ReplaySums } from './rows.ts';
import type { ReceiptCounts } from './sender.ts';

/** What a replay needs. */
export interface ReplayDeps {
  rows: AsyncIterable<ReplayRow>;
  on: string;
  account: string;
  batch: number;
  /** Where an earlier run stopped; its rows are not sent again. */
  progress: ReplayProgress;
  send: (events: ReplayEvent[]) => Promise<ReceiptCounts>;
  /** Called when the server has confirmed a batch, with everything so far. */
  onConfirmed: (progress: ReplayProgress) => Promise<void>;
  /** Asked before each batch; `true` ends the replay there. */
  stopped: () => boolean;
}

/** How a replay ended. */
export interface ReplayResult {
  complete: boolean;
  progress: ReplayProgress;
  /** Of the confirmed rows, those of an earlier run included. */
  sums: ReplaySums;
}

/** Sends the rows batch by batch, each confirmed before the next, and adds up what was confirmed. */
export async function replay(deps: ReplayDeps): Promise<ReplayResult> {
  const sums: ReplaySums = { rows: 0, contextTokens: 0n, generatedTokens: 0n };
  let progress = deps.progress;
  let batch: ReplayRow[] = [];
  const confirm = async (): Promise<void> => {
    const counts = await deps.send(batch.map((row) => replayEvent(row, deps)));
    for (const row of batch) addRow(sums, row);
    progress = { rows: progress.rows + batch.length, counts: added(progress.counts, counts) };
    batch = [];
    await deps.onConfirmed(progress);
  };
  for await (const row of deps.rows) {
    if (row.row <= deps.progress.rows) {
      addRow(sums, row);
      continue;
    }
    if (deps.stopped()) return { complete: false, progress, sums };
    batch.push(row);
    if (batch.length === deps.batch) await confirm();
  }
  if (batch.length > 0) {
    if (deps.stopped()) return { complete: false, progress, sums };
    await confirm();
  }
  return { complete: true, progress, sums };
}

function added(a: ReceiptCounts, b: ReceiptCounts): ReceiptCounts {
  return {
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    conflicts: a.conflicts + b.conflicts,
    rejected: a.rejected + b.rejected,
  };
}
