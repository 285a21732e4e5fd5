import { eq } from 'drizzle-orm';
import type { Queries } from './database.types.ts';
import { rollerProgress } from './schema/meters.ts';

/** Under which name it is kept up to where closing has noticed events that came late. */
export const LATE_EVENTS = 'late events';

/** How far the roller of this name has come, in microseconds since 1970; `null` before its first save. */
export async function readProgress(queries: Queries, name: string): Promise<{ throughMicros: number } | null> {
  const [row] = await queries
    .select({ throughMicros: rollerProgress.throughMicros })
    .from(rollerProgress)
    .where(eq(rollerProgress.name, name));
  return row ?? null;
}

/** Notes how far it has come; going back is allowed, that is how a re-roll begins. */
export async function saveProgress(queries: Queries, name: string, throughMicros: number): Promise<void> {
  await queries
    .insert(rollerProgress)
    .values({ name, throughMicros })
    .onConflictDoUpdate({ target: rollerProgress.name, set: { throughMicros } });
}
