import { eq, lte } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { sessions, users } from '../schema/users.ts';
import type { PlatformRole } from './users.ts';

/** A browser session; `id` is the SHA-256 (hex) of the token in the cookie. */
export interface StoredSession {
  id: string;
  userId: string;
  expiresAt: Date;
}

/** The person a session is of. */
export interface SessionUser {
  id: string;
  email: string;
  name: string;
  platformRole: PlatformRole;
}

/** The session with its user, in one query: it is asked on every page. */
export async function findSession(
  queries: Queries,
  id: string,
): Promise<{ session: StoredSession; user: SessionUser } | null> {
  const [row] = await queries
    .select({
      session: { id: sessions.id, userId: sessions.userId, expiresAt: sessions.expiresAt },
      user: { id: users.id, email: users.email, name: users.name, platformRole: users.platformRole },
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, id));
  return row ?? null;
}

/** Every session of a person, those that have expired too. */
export async function sessionsOf(queries: Queries, userId: string): Promise<StoredSession[]> {
  return queries.select().from(sessions).where(eq(sessions.userId, userId));
}

/** Begins a session; its id is the hash of the token, never the token. */
export async function insertSession(queries: Queries, session: StoredSession): Promise<void> {
  await queries.insert(sessions).values(session);
}

/** Lets a session end later; nothing happens when it is gone. */
export async function extendSession(queries: Queries, id: string, expiresAt: Date): Promise<void> {
  await queries.update(sessions).set({ expiresAt }).where(eq(sessions.id, id));
}

/** Ends a session; nothing happens when it is gone. */
export async function deleteSession(queries: Queries, id: string): Promise<void> {
  await queries.delete(sessions).where(eq(sessions.id, id));
}

/** Ends every session of a person. */
export async function deleteSessionsOf(queries: Queries, userId: string): Promise<void> {
  await queries.delete(sessions).where(eq(sessions.userId, userId));
}

/** Forgets sessions that ended at an instant or before. */
export async function deleteSessionsExpiredBy(queries: Queries, now: Date): Promise<void> {
  await queries.delete(sessions).where(lte(sessions.expiresAt, now));
}
