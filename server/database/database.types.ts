import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { schema } from './schema/index.ts';

/** What both drivers answer to raw SQL. */
interface Rows<Row> {
  rows: Row[];
}

interface RowsHKT extends PgQueryResultHKT {
  type: Rows<this['row']>;
}

/**
 * A database or a transaction on it: what every store function takes as its first parameter.
 * Inside a transaction use only the transaction's: on PGlite, which has one connection, the database itself would wait for ever.
 */
export type Queries = PgDatabase<RowsHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>;

/** The store of accounts, users, keys, meters and everything of money; a PostgreSQL server or its embedded twin. */
export interface Database {
  kind: 'postgres' | 'pglite';
  queries: Queries;
  /**
   * Runs `work` in one SERIALIZABLE transaction, again from the start when another one got in its way; so `work` must
   * do nothing outside the transaction. Throws `ContentionError` after eight tries.
   */
  serializable: <T>(work: (tx: Queries) => Promise<T>) => Promise<T>;
  /** How many times `serializable` had to start again, since the store was opened. */
  retries: () => number;
  /** Throws when the store does not answer. */
  ping: () => Promise<void>;
  /** Brings the schema up to date; several nodes may do so at once. See `migrateDatabase`. */
  migrate: () => Promise<void>;
  close: () => Promise<void>;
}
