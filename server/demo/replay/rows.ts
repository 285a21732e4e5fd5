import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** One request of the recorded service. */
export interface ReplayRow {
  /** 1 for the first row below the header. */
  row: number;
  /** Time of day as in the file, cut to the microsecond: `18:15:46.680590`. */
  timeOfDay: string;
  contextTokens: number;
  generatedTokens: number;
}

/** A file that is not what a replay takes; the message names the line and the column. */
export class ReplayFileError extends Error {}

const COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?Z?$/;

/**
 * Reads a recording: CSV with the header `TIMESTAMP,ContextTokens,GeneratedTokens`, timestamps in UTC with up to nine fractional digits.
 * Streams, so a file of any size takes little memory.
 *
 * @throws ReplayFileError at the first line that is not so
 */
export async function* replayRows(file: Readable): AsyncGenerator<ReplayRow> {
  const records = file.pipe(parse({ bom: true, skip_empty_lines: true, relax_column_count: true, info: true }));
  file.on('error', (error) => records.destroy(error));
  let row = 0;
  let header = false;
  try {
    for await (const item of records) {
      const { record, info } = item as { record: string[]; info: { lines: number } };
      if (!header) {
        requireHeader(record);
        header = true;
        continue;
      }
      row += 1;
      yield rowOf(record, row, info.lines);
    }
  } catch (error) {
    if (error instanceof ReplayFileError || !(error instanceof Error)) throw error;
    // The parser's own errors and those of the file system, such as ENOENT, say what is wrong.
    throw new ReplayFileError(`the recording cannot be read: ${error.message}`);
  } finally {
    file.destroy();
  }
  if (!header) throw new ReplayFileError(`the file is empty; its first line must be ${COLUMNS.join(',')}`);
}

function requireHeader(record: string[]): void {
  if (record.length === COLUMNS.length && COLUMNS.every((name, i) => record[i]?.trim() === name)) return;
  throw new ReplayFileError(`line 1 must be the header ${COLUMNS.join(',')}, not ${record.join(',').slice(0, 80)}`);
}

function rowOf(record: string[], row: number, line: number): ReplayRow {
  const [timestamp, context, generated] = record;
  if (timestamp === undefined || context === undefined || generated === undefined || record.length > COLUMNS.length) {
    throw new ReplayFileError(`line ${line} has ${record.length} columns instead of ${COLUMNS.length}`);
  }
  const time = TIMESTAMP.exec(timestamp);
  if (time === null) {
    throw new ReplayFileError(
      `line ${line}: TIMESTAMP must look like 2023-11-16 18:15:46.6805900, not ${timestamp.slice(0, 40)}`,
    );
  }
  const [, hour, minute, second, digits = ''] = time;
  return {
    row,
    timeOfDay: `${hour}:${minute}:${second}.${digits.slice(0, 6).padEnd(6, '0')}`,
    contextTokens: count(context, 'ContextTokens', line),
    generatedTokens: count(generated, 'GeneratedTokens', line),
  };
}

function count(text: string, column: string, line: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new ReplayFileError(`line ${line}: ${column} must be a whole number, not ${text.slice(0, 40)}`);
  }
  return value;
}

/** What rows add up to; exact, however many. */
export interface ReplaySums {
  rows: number;
  contextTokens: bigint;
  generatedTokens: bigint;
}

/** Reads the whole recording and adds it up, so that a broken file is refused before anything is sent. */
export async function sumRows(rows: AsyncIterable<ReplayRow>): Promise<ReplaySums> {
  const sums: ReplaySums = { rows: 0, contextTokens: 0n, generatedTokens: 0n };
  for await (const row of rows) addRow(sums, row);
  return sums;
}

/** Adds one row to the sums in place. */
export function addRow(sums: ReplaySums, row: ReplayRow): void {
  sums.rows += 1;
  sums.contextTokens += BigInt(row.contextTokens);
  sums.generatedTokens += BigInt(row.generatedTokens);
}
