import type { Viewer } from '../access/viewer.ts';
import type { Database, Queries } from '../database/database.types.ts';
import {
  accountIdsOf,
  findUserByEmail,
  findUserById,
  createUser as insertUser,
  lockPasswordHash,
  type PlatformRole,
  replacePasswordHash,
} from '../database/people/users.ts';
import { hostOf } from '../fairness/network-of.ts';
import { TooMuchError } from '../fairness/too-much.ts';
import { Turns } from '../fairness/turns.ts';
import { createToken, luciaOn, sessionIdOf } from './lucia.ts';
import { createPasswordCheck, hashPassword, passwordFault } from './password.ts';
import { createSignInLimits } from './sign-in-limits.ts';

/** The cookie to send, or why not, in words for the person. */
export type SignInAnswer = { setCookie: string } | { error: string; retryAfterSeconds?: number };

/** A person to be made. The password is as typed, and kept only as its hash. */
export interface NewUser {
  email: string;
  name: string;
  password: string;
  platformRole: PlatformRole;
}

/** A user cannot be made like this; the message says why, to whoever makes it. */
export class UnfitUserError extends Error {
  constructor(
    readonly field: 'email' | 'password',
    message: string,
  ) {
    super(message);
    this.name = 'UnfitUserError';
  }
}

/** A try to sign in, from a network. */
interface Attempt {
  email: string;
  password: string;
  ip: string;
}

/** All the rest of the server knows of signing in. Cookies go in as the `Cookie` header and come out as `Set-Cookie` values. */
export interface Auth {
  /** The same words and the same time whether the address is unknown or the password wrong. */
  signIn: (attempt: Attempt) => Promise<SignInAnswer>;
  /** Why a network may not try now, before its form is read; `null` when it may. */
  signInRefusal: (ip: string) => Promise<{ error: string; retryAfterSeconds: number } | null>;
  signOut: (cookieHeader: string | null) => Promise<{ setCookie: string }>;
  /** Who is asking. `setCookie` is set when the cookie was renewed or is to be dropped: send it with the answer. */
  viewerOf: (cookieHeader: string | null) => Promise<{ viewer: Viewer | null; setCookie: string | null }>;
  /** Throws `EmailTakenError`, or `UnfitUserError` for the address or the password. `within`: a transaction to do it in. */
  createUser: (user: NewUser, within?: Queries) => Promise<{ id: string }>;
  /** Ends every session of the user, this one too: sign in again. `error` is in words for the person. */
  changePassword: (change: { userId: string; current: string; next: string }) => Promise<{ error: string | null }>;
  invalidateUserSessions: (userId: string) => Promise<void>;
}

/**
 * Checking a password takes a processor for some thirty milliseconds, on purpose: one at a time, and twice as long nothing is
 * checked after it, so that whoever guesses has no more than a third of one. Networks take turns.
 */
const CHECKS = { atOnce: 1, ofEach: 1, waitingOfEach: 20, waitingOfAll: 200 };
const REST = 2;
const WRONG = 'The e-mail address or the password is not right. Check both and try again.';

interface AuthOptions {
  secureCookies: boolean;
  now: () => Date;
}

/** Signing in over `database`; `secureCookies` when people reach us by https. Counts tries in this process. */
export function createAuth(database: Database, options: AuthOptions): Auth {
  const { queries } = database;
  const lucia = luciaOn(queries, options);
  const passwordIsRight = createPasswordCheck();
  const limits = createSignInLimits();
  const checks = new Turns(CHECKS);
  const isRight = async (passwordHash: string | null, password: string, ip: string) => {
    const end = await checks.take(hostOf(ip));
    const began = performance.now();
    try {
      return await passwordIsRight(passwordHash, password);
    } finally {
      setTimeout(end, REST * (performance.now() - began)).unref();
    }
  };

  return {
    signIn: (attempt) => signIn({ queries, options, limits, isRight }, attempt),

    signInRefusal: async (ip) => {
      const wait = await limits.refusal(ip);
      return wait === null ? null : { error: tooMany(wait), retryAfterSeconds: wait };
    },

    signOut: async (cookieHeader) => {
      const token = lucia.readSessionCookie(cookieHeader ?? '');
      if (token !== null) await lucia.invalidateSession(sessionIdOf(token));
      return { setCookie: lucia.createBlankSessionCookie().serialize() };
    },

    viewerOf: async (cookieHeader) => {
      const token = lucia.readSessionCookie(cookieHeader ?? '');
      if (token === null) return { viewer: null, setCookie: null };
      const { user, session } = await lucia.validateSession(sessionIdOf(token));
      if (user === null) return { viewer: null, setCookie: lucia.createBlankSessionCookie().serialize() };
      const viewer: Viewer = {
        userId: user.id,
        email: user.email,
        name: user.name,
        platformRole: user.platformRole,
        accountIds: await accountIdsOf(queries, user.id),
      };
      return { viewer, setCookie: session.fresh ? lucia.createSessionCookie(token).serialize() : null };
    },

    createUser: (user, within = queries) => createUser(within, user, options.now()),

    changePassword: async ({ userId, current, next }) => {
      const fault = passwordFault(next);
      if (fault !== null) return { error: fault };
      const user = await findUserById(queries, userId);
      if (!(await passwordIsRight(user?.passwordHash ?? null, current)) || user === null) {
        return { error: 'The current password is not right.' };
      }
      const to = await hashPassword(next);
      const changed = await queries.transaction(async (tx) => {
        if (!(await replacePasswordHash(tx, { userId, from: user.passwordHash, to }))) return false;
        await luciaOn(tx, options).invalidateUserSessions(userId);
        return true;
      });
      return { error: changed ? null : 'The password was changed elsewhere meanwhile. Sign in with the new one.' };
    },

    invalidateUserSessions: (userId) => lucia.invalidateUserSessions(userId),
  };
}

/** What signing in asks for. `isRight` waits for its turn. */
interface SigningIn {
  queries: Queries;
  options: AuthOptions;
  limits: ReturnType<typeof createSignInLimits>;
  isRight: (passwordHash: string | null, password: string, ip: string) => Promise<boolean>;
}

async function signIn({ queries, options, limits, isRight }: SigningIn, attempt: Attempt): Promise<SignInAnswer> {
  const lucia = luciaOn(queries, options);
  const wait = await limits.take(attempt);
  if (wait !== null) return { error: tooMany(wait), retryAfterSeconds: wait };

  const lookUp = isAddress(attempt.email) ? findUserByEmail(queries, attempt.email) : null;
  const user = await Promise.resolve(lookUp).catch(async (error: unknown) => {
    // Whoever tried while the store was down must not be locked out once it is back.
    await limits.undo(attempt);
    throw error;
  });
  const isTheirs = await isRight(user?.passwordHash ?? null, attempt.password, attempt.ip).catch(busy);
  if (typeof isTheirs === 'object') {
    // Nobody looked at it.
    await limits.undo(attempt);
    return isTheirs;
  }
  if (!isTheirs || user === null) return { error: WRONG };

  const token = createToken();
  const begun = await queries.transaction(async (tx) => {
    // The password may have been changed, and all sessions ended, while the old one was being checked.
    if ((await lockPasswordHash(tx, user.id)) !== user.passwordHash) return false;
    await luciaOn(tx, options).createSession(user.id, {}, { sessionId: sessionIdOf(token) });
    return true;
  });
  if (!begun) return { error: WRONG };
  await limits.giveBack(attempt);
  await lucia.deleteExpiredSessions();
  return { setCookie: lucia.createSessionCookie(token).serialize() };
}

async function createUser(queries: Queries, user: NewUser, now: Date): Promise<{ id: string }> {
  const { email, name, password, platformRole } = user;
  const fault = passwordFault(password);
  if (fault !== null) throw new UnfitUserError('password', fault);
  if (!isAddress(email))
    throw new UnfitUserError('email', 'The e-mail address must look like name@host and have at most 254 characters.');
  const passwordHash = await hashPassword(password);
  const { id } = await insertUser(queries, { email: email.trim(), name, platformRole, passwordHash }, now);
  return { id };
}

/** Enough to be looked up: something on both sides of an @, no control characters (PostgreSQL takes no NUL). */
function isAddress(email: string): boolean {
  return email.length <= 254 && /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u.test(email.trim());
}

/** @throws what is no lack of turns */
function busy(error: unknown): { error: string; retryAfterSeconds: number } {
  if (!(error instanceof TooMuchError)) throw error;
  const { retryAfterSeconds } = error;
  return { error: 'Too many people sign in at once. Try again shortly.', retryAfterSeconds };
}

function tooMany(seconds: number): string {
  const wait = seconds < 60 ? `${seconds} seconds` : seconds < 120 ? 'a minute' : `${Math.ceil(seconds / 60)} minutes`;
  return `Too many tries to sign in. Try again in ${wait}.`;
}
