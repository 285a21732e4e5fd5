import { mkdir, readFile, rm } from 'node:fs/promises';
import { createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import { embeddedConnection } from './embedded-connection.ts';
import { ClickHouseError, StoreInUseError } from './errors.ts';
import { type ClickHouse, createLane, type Lane, type QueryObserver } from './lane.ts';

/** Where the measurements live: a server by URL, else the engine inside this process with its own directory. */
export interface ClickHouseLocation {
  url: string | null;
  dataDir: string;
  onQuery?: QueryObserver;
}

/** Readers beside the writer and the roller: one engine session runs one query at a time (see README). */
const READ_SESSIONS = 3;

/** Exact numbers must cross as text; a JSON number would pass through a double. */
const EXACT_JSON = {
  output_format_json_quote_decimals: 1,
  output_format_json_quote_64bit_integers: 1,
  date_time_input_format: 'best_effort',
  do_not_merge_across_partitions_select_final: 1,
} as const;

/** Embedded, lists of thousands of keys or bounds are part of the statement's text. */
const LONG_STATEMENTS = { max_query_size: 1_000_000_000, max_ast_elements: 1_000_000 } as const;

/** Embedded, the engine shares the machine with this process: no threads for a few megabytes of rows, no logs nobody reads. */
const SMALL_ENGINE = { input_format_parallel_parsing: 0, log_queries: 0, log_processors_profiles: 0 } as const;

/**
 * Opens the measurements store: separate lanes for writing, rolling and reading, so that none waits behind another.
 * @throws StoreInUseError when another process holds the embedded directory; ClickHouseError when it cannot be opened.
 */
export async function openClickHouse(location: ClickHouseLocation): Promise<ClickHouse> {
  const observe = location.onQuery ?? (() => {});
  const open = location.url === null ? await embedded(`${location.dataDir}/clickhouse`) : server(location.url);
  const lanes: { close: () => Promise<void> }[] = [];
  const lane = async (): Promise<Lane> => {
    const client = await open();
    lanes.push(client);
    return createLane(client, observe);
  };
  const write = await lane();
  const roll = await lane();
  const readers: Lane[] = [];
  for (let i = 0; i < READ_SESSIONS; i++) readers.push(await lane());
  return {
    kind: location.url === null ? 'embedded' : 'server',
    write,
    roll,
    read: leastBusy(readers),
    ping: async () => {
      await write.query({ name: 'ping', sql: 'SELECT 1 AS one' });
    },
    close: async () => {
      // A session closed while the engine still works on it takes the process down when that ends.
      await drainPending();
      for (const client of lanes) await client.close();
      await drainPending();
    },
  };
}

async function embedded(path: string) {
  const rowsFolder = `${path}-inserts`;
  const open = async () => {
    const client = createClient({ connection: embeddedConnection(path, rowsFolder) });
    for (const [name, value] of Object.entries({ ...EXACT_JSON, ...LONG_STATEMENTS, ...SMALL_ENGINE })) {
      await client.command({ query: `SET ${name} = '${value}'` });
    }
    return client;
  };
  try {
    await (await open()).close();
  } catch (error) {
    if (await heldByAnotherProcess(path)) throw new StoreInUseError(path);
    throw new ClickHouseError('open', String(error));
  }
  // The directory is ours now; what a crash left of unfinished inserts was never acknowledged.
  await rm(rowsFolder, { recursive: true, force: true });
  await mkdir(rowsFolder, { recursive: true });
  return open;
}

/** The engine says only that it could not open; its `status` file names the process that has it. */
async function heldByAnotherProcess(path: string): Promise<boolean> {
  try {
    const pid = Number(/PID: (\d+)/.exec(await readFile(`${path}/status`, 'utf8'))?.[1]);
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function server(url: string) {
  const { database, ...location } = splitDatabase(url);
  return async () =>
    createClient({
      ...location,
      ...(database === null ? {} : { database }),
      clickhouse_settings: { ...EXACT_JSON, async_insert: 0, wait_end_of_query: 1 },
      request_timeout: 60_000,
      keep_alive: { enabled: true },
    });
}

/** `http://user:password@host:8123/database`: the client wants the database apart from the address. */
function splitDatabase(url: string): { url: string; database: string | null } {
  const parsed = new URL(url);
  const database = parsed.pathname.replace(/^\/+|\/+$/g, '');
  parsed.pathname = '/';
  return { url: parsed.toString(), database: database === '' ? null : database };
}

/** Sends each read to the session with the fewest queries waiting. */
function leastBusy(readers: Lane[]): Lane {
  const waiting = readers.map(() => 0);
  const run = async <T>(work: (lane: Lane) => Promise<T>): Promise<T> => {
    let chosen = 0;
    for (let i = 1; i < waiting.length; i++) if ((waiting[i] ?? 0) < (waiting[chosen] ?? 0)) chosen = i;
    waiting[chosen] = (waiting[chosen] ?? 0) + 1;
    try {
      return await work(readers[chosen] as Lane);
    } finally {
      waiting[chosen] = (waiting[chosen] ?? 1) - 1;
    }
  };
  return {
    query: (q) => run((lane) => lane.query(q)),
    insert: (q) => run((lane) => lane.insert(q)),
    command: (q) => run((lane) => lane.command(q)),
    bytes: (q) => run((lane) => lane.bytes(q)),
  };
}
