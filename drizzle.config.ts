import { defineConfig } from 'drizzle-kit';

/** For `npx drizzle-kit generate`, which writes the next migration from the schema; the server itself never reads this. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './server/database/schema',
  out: './server/database/migrations',
});
