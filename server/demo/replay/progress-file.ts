import { createHash } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReplayArguments } from './arguments.ts';
import type { ReceiptCounts } from './sender.ts';

/** How far an interrupted replay came. */
export interface ReplayProgress {
  /** Rows the server has confirmed, counted from the first. */
  rows: number;
  counts: ReceiptCounts;
}

/** Remembers the progress of one replay: this file, on this day, to this account of this server. */
export interface ProgressFile {
  path: string;
  /** `null` when nothing, or nothing usable, is remembered. */
  read: () => Promise<ReplayProgress | null>;
  write: (progress: ReplayProgress) => Promise<void>;
  remove: () => Promise<void>;
}

/** Opens the memory of a replay. What belongs to another replay, or to a changed file, is not taken for its own. */
export async function progressFile(ask: ReplayArguments): Promise<ProgressFile> {
  const { size, mtimeMs } = await stat(ask.file);
  const identity = createHash('sha256')
    .update(JSON.stringify([resolve(ask.file), size, mtimeMs, ask.on, ask.url, ask.account]))
    .digest('hex');
  const path = ask.state ?? join(tmpdir(), `plainbill-replay-${identity.slice(0, 24)}.json`);
  return {
    path,
    read: async () => {
      try {
        return progressOf(JSON.parse(await readFile(path, 'utf8')), identity);
      } catch {
        // Unreadable is as good as absent: the rows are sent again, and are duplicates.
        return null;
      }
    },
    write: async (progress) => {
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, JSON.stringify({ identity, ...progress }), { mode: 0o600 });
      await rename(draft, path);
    },
    remove: () => rm(path, { force: true }),
  };
}

function progressOf(value: unknown, identity: string): ReplayProgress | null {
  const { identity: written, rows, counts } = value as Partial<ReplayProgress & { identity: string }>;
  if (written !== identity || !isCount(rows) || counts === undefined) return null;
  const { accepted, duplicates, conflicts, rejected } = counts;
  if (![accepted, duplicates, conflicts, rejected].every(isCount)) return null;
  return { rows, counts: { accepted, duplicates, conflicts, rejected } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
