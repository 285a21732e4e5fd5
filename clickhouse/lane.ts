import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { ClickHouseError } from './errors.ts';

/** Values of a statement's parameters, typed in its text as `{name:Type}`. */
export type QueryParams = Record<
  string,
  string | number | boolean | readonly (string | number | readonly (string | number)[])[]
>;

/** A named statement. The name reaches logs and metrics; values travel as bound parameters only. */
export interface Statement {
  name: string;
  sql: string;
  params?: QueryParams;
  /** Rests on what the roller publishes and on nothing else: while that stands, so does the answer. */
  ofPublished?: true;
}

/** Rows to insert; `name` reaches logs and metrics. */
export interface Insert {
  name: string;
  table: string;
  columns: readonly string[];
  /** Fields in the order of `columns`, each row ended by a line feed; see `tab-separated.ts`. */
  rows: string;
}

/** Told after every statement, for metrics. */
export type QueryObserver = (event: { name: string; seconds: number; ok: boolean }) => void;

/** One session with the engine; statements on a lane run one after another. */
export interface Lane {
  /** Rows as objects; decimals and 64-bit integers are text. */
  query: <Row>(statement: Statement) => Promise<Row[]>;
  insert: (insert: Insert) => Promise<void>;
  command: (statement: Statement) => Promise<void>;
  /** The result as it stands, for binary formats named in the SQL. */
  bytes: (statement: Statement) => Promise<Buffer>;
}

/** The store's lanes; see README for why they are apart. */
export interface ClickHouse {
  kind: 'embedded' | 'server';
  write: Lane;
  roll: Lane;
  read: Lane;
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

/** Two verbs and their kin over a client, with one kind of error and one observer. */
export function createLane(client: ClickHouseClient, observe: QueryObserver): Lane {
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      const result = await work();
      observe({ name, seconds: (performance.now() - started) / 1000, ok: true });
      return result;
    } catch (error) {
      observe({ name, seconds: (performance.now() - started) / 1000, ok: false });
      throw new ClickHouseError(name, error instanceof Error ? error.message : String(error));
    }
  };
  return {
    query: <Row>({ name, sql, params }: Statement) =>
      timed(name, async () => {
        const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow' });
        return rowsOf<Row>(await result.text());
      }),
    insert: ({ name, table, columns, rows }) =>
      timed(name, async () => {
        await client.insert({
          table,
          columns: [...columns] as [string, ...string[]],
          values: Readable.from([rows], { objectMode: false }),
          format: 'TabSeparated',
        });
      }),
    command: ({ name, sql, params }) =>
      timed(name, async () => {
        await client.command({ query: sql, query_params: params });
      }),
    bytes: ({ name, sql, params }) =>
      timed(name, async () => {
        const { stream } = await client.exec({ query: sql, query_params: params });
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      }),
  };
}

/** So many characters take about two milliseconds to parse. */
const PARSED_AT_ONCE = 200_000;

/** Parses an object a line, and between them lets others have the process. */
export async function rowsOf<Row>(lines: string): Promise<Row[]> {
  const rows: Row[] = [];
  let restedAt = 0;
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\n', from);
    const to = end < 0 ? lines.length : end;
    if (to > from) rows.push(JSON.parse(lines.slice(from, to)) as Row);
    from = to + 1;
    if (from - restedAt < PARSED_AT_ONCE) continue;
    restedAt = from;
    await new Promise<void>((rested) => setImmediate(rested));
  }
  return rows;
}
