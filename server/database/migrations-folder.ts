import { fileURLToPath } from 'node:url';

/** Where drizzle-kit writes and drizzle-orm reads the migrations. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
