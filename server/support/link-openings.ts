import type { Database } from '../database/database.types.ts';
import { addLinkOpenings, countLinkOpenings, type LinkOpening } from '../database/support/explanation-links.ts';

const FLUSH_MS = 1_000;
const MINUTE_MS = 60_000;
/** Networks and parts of one link told apart within a minute; what is beyond counts under no network. */
const MOST_OF_A_LINK = 200;

/** Rows of one statement. */
const MOST_AT_ONCE = 5_000;

/** Notes who opens links. What was not yet written is lost with the process. */
export interface LinkOpenings {
  note: (linkId: string, opening: LinkOpening) => void;
  /** Writes what was noted so far; who shows openings asks for it first. @throws when the store does not take it; it is kept */
  flush: () => Promise<void>;
  start: () => void;
  close: () => Promise<void>;
}

/** What is told in one row. */
interface Row extends LinkOpening {
  linkId: string;
  openedAt: Date;
  /** `null` until it is written. */
  id: number | null;
  /** Not yet written. */
  more: number;
}

/**
 * Openings of a link in the same minute, from the same network and of the same part, are one row with a count, written at most once
 * a second: whoever has a link can open it as often as they like, and no opening may cost a write.
 */
export function createLinkOpenings(deps: {
  database: Database;
  now: () => Date;
  onError: (error: unknown) => void;
}): LinkOpenings {
  const { database, now, onError } = deps;
  let minute = 0;
  let rows = new Map<string, Row>();
  let ofLink = new Map<string, number>();
  let dirty = new Set<Row>();
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const rowOf = (linkId: string, opening: LinkOpening): Row => {
    const at = now();
    if (Math.floor(at.getTime() / MINUTE_MS) !== minute) {
      minute = Math.floor(at.getTime() / MINUTE_MS);
      rows = new Map();
      ofLink = new Map();
    }
    const { network, signedIn, part } = opening;
    const key = JSON.stringify([linkId, network, signedIn, part]);
    const known = rows.get(key);
    if (known !== undefined) return known;
    const others = ofLink.get(linkId) ?? 0;
    if (others >= MOST_OF_A_LINK && network !== null) return rowOf(linkId, { ...opening, network: null });
    ofLink.set(linkId, others + 1);
    const row: Row = { linkId, network, signedIn, part, openedAt: at, id: null, more: 0 };
    rows.set(key, row);
    return row;
  };

  const write = async () => {
    const waiting = [...dirty];
    const batch = waiting.slice(0, MOST_AT_ONCE).map((row) => ({ row, count: row.more }));
    if (batch.length === 0) return;
    dirty = new Set(waiting.slice(MOST_AT_ONCE));
    try {
      await writeRows(database, batch);
    } finally {
      for (const { row } of batch) if (row.more > 0) dirty.add(row);
    }
  };
  const flush = () => {
    writing = writing.catch(() => {}).then(write);
    return writing;
  };

  return {
    note: (linkId, opening) => {
      const row = rowOf(linkId, opening);
      row.more++;
      dirty.add(row);
    },
    flush,
    start: () => {
      timer ??= setInterval(() => void flush().catch(onError), FLUSH_MS).unref();
    },
    close: async () => {
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}

/** Adds the rows that are not stored yet, counts the others on, and notes in each what is written of it. */
async function writeRows(database: Database, batch: readonly { row: Row; count: number }[]): Promise<void> {
  const fresh = batch.filter(({ row }) => row.id === null);
  const counted = batch.flatMap(({ row, count }) => (row.id === null ? [] : [[row.id, count] as const]));
  const ids = await database.queries.transaction(async (tx) => {
    await countLinkOpenings(tx, new Map(counted));
    return addLinkOpenings(
      tx,
      fresh.map(({ row: { linkId, network, signedIn, part, openedAt }, count }) => {
        return { linkId, network, signedIn, part, openedAt, count };
      }),
    );
  });
  for (const [i, { row }] of fresh.entries()) row.id = ids[i] ?? null;
  for (const { row, count } of batch) row.more -= count;
}
