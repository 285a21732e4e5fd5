import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { putAccount } from '../database/accounts/accounts.ts';
import type { Database } from '../database/database.types.ts';
import { addMembership, EmailTakenError } from '../database/people/users.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import { type Auth, createAuth, UnfitUserError } from './auth.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const PASSWORD = 'correct horse battery staple';
const DAY_MS = 86_400_000;

let database: Database;
let auth: Auth;
let close: () => Promise<void>;
let people = 0;

beforeAll(async () => {
  ({ database, close } = await openEmbeddedPostgres());
  auth = newAuth();
}, FIRST_OPENING_MS);
afterAll(() => close?.());
afterEach(() => {
  vi.useRealTimers();
});

const newAuth = (secureCookies = false) => createAuth(database, { secureCookies, now: () => new Date() });

/** A new person, and what signs them in. */
async function person(): Promise<{ userId: string; email: string; password: string; ip: string }> {
  const email = `person-${++people}@example.com`;
  const user = { email, name: 'Ada', password: PASSWORD, platformRole: 'customer' as const };
  const { id } = await auth.createUser(user);
  return { userId: id, email, password: PASSWORD, ip: '192.0.2.1' };
}

/** The `Cookie` header a browser would send after this `Set-Cookie`. */
async function cookieOf(attempt: { email: string; password: string; ip: string }): Promise<string> {
  const answer = await auth.signIn(attempt);
  if ('error' in answer) throw new Error(answer.error);
  return answer.setCookie.split(';')[0] ?? '';
}

/** Only the date stands still: the store's own timers must go on. */
function travel(to: Date): void {
  vi.useFakeTimers({ toFake: ['Date'], now: to });
}

describe('signing in', () => {
  it('tells who is asking and what they may see', async () => {
    const ada = await person();
    const fields = {
      name: 'A',
      kind: 'team' as const,
      currency: 'USD',
      timeZone: 'UTC',
      anchorDay: 1,
      taxPercent: '0',
    };
    await putAccount(database.queries, { id: 'acme', ...fields }, NOW);
    await addMembership(database.queries, { userId: ada.userId, accountId: 'acme', role: 'billing' }, NOW);
    const cookie = await cookieOf({ ...ada, email: ada.email.toUpperCase() });
    expect(await auth.viewerOf(`theme=dark; ${cookie}`)).toEqual({
      viewer: {
        userId: ada.userId,
        email: ada.email,
        name: 'Ada',
        platformRole: 'customer',
        accountIds: ['acme'],
      },
      setCookie: null,
    });
    expect(await auth.viewerOf(null)).toEqual({ viewer: null, setCookie: null });
    expect(await auth.viewerOf('theme=dark')).toEqual({ viewer: null, setCookie: null });
  });

  it('sends a cookie that scripts and other sites do not get, for 30 days', async () => {
    const ada = await person();
    const plain = await auth.signIn(ada);
    const cookie = /^plainbill_session=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax$/;
    expect(plain).toEqual({ setCookie: expect.stringMatching(cookie) });
    const secure = await newAuth(true).signIn(ada);
    const https = /^__Host-plainbill_session=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax; Secure$/;
    expect(secure).toEqual({ setCookie: expect.stringMatching(https) });
  });

  it('stores neither the token nor the password', async () => {
    const ada = await person();
    const token = (await cookieOf(ada)).split('=')[1] ?? '';
    const { rows } = await database.queries.execute<{ row: string }>(
      sql`select to_json(sessions)::text as row from sessions union all select to_json(users)::text from users`,
    );
    const stored = rows.map(({ row }) => row).join();
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect((await auth.viewerOf(`plainbill_session=${token}`)).viewer).not.toBeNull();
  });

  it.each([
    ['an unknown address', { email: 'nobody@example.com', password: PASSWORD }],
    ['a wrong password', { password: 'correct horse battery stable' }],
    ['no password', { password: '' }],
    ['a password of a megabyte', { password: 'x'.repeat(1_000_000) }],
    ['an address that is none', { email: 'a\0b' }],
    ['half a character', { email: 'a\ud800@example.com' }],
  ])('refuses %s in the same words', async (_, wrong) => {
    const ada = await person();
    expect(await newAuth().signIn({ ...ada, ...wrong })).toEqual({
      error: 'The e-mail address or the password is not right. Check both and try again.',
    });
  });

  it('takes as long for an unknown address as for a wrong password', async () => {
    const ada = await person();
    // One for each: after a check nothing is checked for a while, and that is no part of it.
    const [forUnknown, forWrong] = [newAuth(), newAuth()];
    const seconds = async (auth: Auth, email: string, ip: string) => {
      const begun = performance.now();
      await auth.signIn({ email, password: 'not the password', ip });
      return performance.now() - begun;
    };
    // In turns, and the fastest of each: what else the machine does meanwhile slows both. Without a hash it is 20 times faster.
    const [unknown, wrong]: [number[], number[]] = [[], []];
    for (let i = 0; i < 9; i++) {
      unknown.push(await seconds(forUnknown, 'nobody@example.com', `198.51.100.${i}`));
      wrong.push(await seconds(forWrong, ada.email, `198.51.100.${i}`));
    }
    const ratio = Math.min(...unknown) / Math.min(...wrong);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });
});

describe('limits', () => {
  it('refuses the eleventh try for an address, from wherever, even with the right password', async () => {
    const ada = await person();
    const limited = newAuth();
    for (let i = 0; i < 10; i++) await limited.signIn({ ...ada, password: 'wrong', ip: `203.0.113.${i}` });
    const refused = await limited.signIn({ ...ada, email: ` ${ada.email.toUpperCase()}`, ip: '203.0.113.99' });
    expect(refused).toEqual({
      error: 'Too many tries to sign in. Try again in 15 minutes.',
      retryAfterSeconds: expect.closeTo(900, -2),
    });
    const other = await person();
    expect(await limited.signIn(other)).toHaveProperty('setCookie');
  });

  it('does not let many tries at once through', async () => {
    const ada = await person();
    const limited = newAuth();
    const tries = Array.from({ length: 30 }, () => limited.signIn({ ...ada, password: 'wrong' }));
    const refused = (await Promise.all(tries)).filter((answer) => 'retryAfterSeconds' in answer);
    expect(refused).toHaveLength(20);
  });

  it('does not count tries that succeed', async () => {
    const ada = await person();
    const limited = newAuth();
    for (let i = 0; i < 12; i++) expect(await limited.signIn(ada)).toHaveProperty('setCookie');
  });
});

describe('a session', () => {
  it('ends when the person signs out, and the browser forgets it', async () => {
    const ada = await person();
    const [here, there] = [await cookieOf(ada), await cookieOf(ada)];
    const { setCookie } = await auth.signOut(here);
    expect(setCookie).toBe('plainbill_session=; HttpOnly; Max-Age=0; Path=/; SameSite=Lax');
    expect(await auth.viewerOf(here)).toEqual({ viewer: null, setCookie });
    expect((await auth.viewerOf(there)).viewer).not.toBeNull();
    expect(await auth.signOut(null)).toEqual({ setCookie });
  });

  it('is renewed in its second half, and ends after 30 days without a visit', async () => {
    const ada = await person();
    const begin = new Date();
    const cookie = await cookieOf(ada);
    travel(new Date(begin.getTime() + 14 * DAY_MS));
    expect((await auth.viewerOf(cookie)).setCookie).toBeNull();
    travel(new Date(begin.getTime() + 16 * DAY_MS));
    expect((await auth.viewerOf(cookie)).setCookie).toBe(`${cookie}; HttpOnly; Max-Age=2592000; Path=/; SameSite=Lax`);
    travel(new Date(begin.getTime() + 45 * DAY_MS));
    expect((await auth.viewerOf(cookie)).viewer).not.toBeNull();
    travel(new Date(begin.getTime() + 76 * DAY_MS));
    expect((await auth.viewerOf(cookie)).viewer).toBeNull();
  });

  it('ends everywhere when the password is changed', async () => {
    const ada = await person();
    const cookie = await cookieOf(ada);
    const next = 'another long password';
    const change = (current: string, to = next) => auth.changePassword({ userId: ada.userId, current, next: to });
    expect(await change('wrong')).toEqual({ error: 'The current password is not right.' });
    expect(await change(PASSWORD, 'too short')).toEqual({ error: 'Choose a password of at least 12 characters.' });
    expect((await auth.viewerOf(cookie)).viewer).not.toBeNull();
    expect(await change(PASSWORD)).toEqual({ error: null });
    expect((await auth.viewerOf(cookie)).viewer).toBeNull();
    expect(await auth.signIn(ada)).toHaveProperty('error');
    expect(await auth.signIn({ ...ada, password: next })).toHaveProperty('setCookie');
  });

  it('ends when an operator ends all of a person', async () => {
    const ada = await person();
    const cookie = await cookieOf(ada);
    await auth.invalidateUserSessions(ada.userId);
    expect((await auth.viewerOf(cookie)).viewer).toBeNull();
  });
});

describe('a new user', () => {
  const user = { email: 'new@example.com', name: 'New', password: PASSWORD, platformRole: 'support' as const };

  it('needs a long password and an address of their own', async () => {
    await expect(auth.createUser({ ...user, password: 'eleven char' })).rejects.toThrow(UnfitUserError);
    await expect(auth.createUser({ ...user, email: 'nowhere' })).rejects.toThrow(UnfitUserError);
    await auth.createUser(user);
    await expect(auth.createUser({ ...user, email: 'NEW@example.com' })).rejects.toThrow(EmailTakenError);
  });

  it('is not there when the transaction they were made in fails', async () => {
    const lost = { ...user, email: 'lost@example.com' };
    const failing = database.serializable(async (tx) => {
      await auth.createUser(lost, tx);
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    expect(await auth.createUser(lost)).toHaveProperty('id');
  });
});
