import { createHash, randomBytes } from 'node:crypto';
import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import type { Queries } from '../database/database.types.ts';
import {
  deleteSession,
  deleteSessionsExpiredBy,
  deleteSessionsOf,
  extendSession,
  findSession,
  insertSession,
  type SessionUser,
  type StoredSession,
  sessionsOf,
} from '../database/people/sessions.ts';

type UserAttributes = Omit<SessionUser, 'id'>;

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaOn>;
    DatabaseUserAttributes: UserAttributes;
  }
}

const LIFETIME = new TimeSpan(30, 'd');

/** `__Host-` makes the browser refuse the cookie from subdomains, other paths or plain http; it needs https. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-plainbill_session' : 'plainbill_session';
}

/** Lucia over our tables. Sessions live 30 days and are renewed when half of that is over. */
export function luciaOn(queries: Queries, options: { secureCookies: boolean; now: () => Date }) {
  return new Lucia(adapter(queries, options.now), {
    sessionExpiresIn: LIFETIME,
    sessionCookie: {
      name: cookieName(options.secureCookies),
      attributes: { secure: options.secureCookies, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: ({ email, name, platformRole }: UserAttributes): UserAttributes => ({
      email,
      name,
      platformRole,
    }),
  });
}

/** 256 random bits. The cookie holds the token; the store only its hash, which is the session's id to Lucia. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A session is stored under the SHA-256 of its cookie's token, in hex: who reads the table cannot sign in by it. */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function adapter(queries: Queries, now: () => Date): Adapter {
  const toLucia = (session: StoredSession): DatabaseSession => ({ ...session, attributes: {} });
  return {
    getSessionAndUser: async (id) => {
      const stored = await findSession(queries, id);
      if (!stored) return [null, null];
      const { id: userId, ...attributes } = stored.user;
      return [toLucia(stored.session), { id: userId, attributes }];
    },
    getUserSessions: async (userId) => (await sessionsOf(queries, userId)).map(toLucia),
    setSession: ({ id, userId, expiresAt }) => insertSession(queries, { id, userId, expiresAt }),
    updateSessionExpiration: (id, expiresAt) => extendSession(queries, id, expiresAt),
    deleteSession: (id) => deleteSession(queries, id),
    deleteUserSessions: (userId) => deleteSessionsOf(queries, userId),
    deleteExpiredSessions: () => deleteSessionsExpiredBy(queries, now()),
  };
}
