import type { Database, Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';

/** A transaction as a client runs it who comes back after each 503: until no other one gets in its way. */
export async function insist<T>(database: Database, work: (tx: Queries) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await database.serializable(work);
    } catch (error) {
      if (!(error instanceof ContentionError)) throw error;
    }
  }
}
