import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Queries } from './database.types.ts';
import { ContentionError, sqlStateOf } from './errors.ts';

const TRIES = 8;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

/** serialization_failure and deadlock_detected: PostgreSQL asks for the transaction to be tried again. */
const TRY_AGAIN = new Set(['40001', '40P01']);

/**
 * `serializable` and `retries` for a database. Pauses double and are drawn at random up to the bound ("full jitter"), so
 * that transactions that met once do not meet again at the same moment.
 */
export function serializableOn(queries: Queries): Pick<Database, 'serializable' | 'retries'> {
  let retries = 0;
  return {
    retries: () => retries,
    serializable: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await queries.transaction(work, { isolationLevel: 'serializable' });
        } catch (error) {
          const state = sqlStateOf(error);
          if (state === null || !TRY_AGAIN.has(state)) throw error;
          if (attempt === TRIES) throw new ContentionError(TRIES, { cause: error });
          retries++;
          await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
        }
      }
    },
  };
}
