import { sql } from 'drizzle-orm';
import { timestamp } from 'drizzle-orm/pg-core';

/** Every instant of this store: UTC, to the millisecond. */
export const instant = (name: string) => timestamp(name, { precision: 3, withTimezone: true, mode: 'date' });

/** Ids chosen by callers: they appear in URLs, so they are short, lower case and need no escaping. */
export const CALLER_ID = sql.raw(`'^[a-z0-9][a-z0-9._-]{0,63}$'`);

/** An amount or quantity as written, with all its decimals; `NaN` and infinities are above every bound. */
export const DECIMAL_END = sql.raw(`1e26`);

/** SHA-256 as hex. */
export const SHA256 = sql.raw(`'^[0-9a-f]{64}$'`);
