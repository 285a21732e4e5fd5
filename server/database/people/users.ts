import { randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { violatedConstraint } from '../errors.ts';
import { memberships, users } from '../schema/users.ts';

/** What a person is to the platform: `support` and `operator` see all accounts, customers those they belong to. */
export type PlatformRole = 'customer' | 'support' | 'operator';
/** What a person is to an account. */
export type MembershipRole = 'owner' | 'billing' | 'member';

/** A person who can sign in. The password hash never leaves `server/auth`. */
export interface User {
  id: string;
  email: string;
  name: string;
  platformRole: PlatformRole;
  passwordHash: string;
}

/** Someone already signs in with this address. */
export class EmailTakenError extends Error {
  constructor() {
    super('a user with this e-mail address exists already; use another address or change that user');
    this.name = 'EmailTakenError';
  }
}

const USER = {
  id: users.id,
  email: users.email,
  name: users.name,
  platformRole: users.platformRole,
  passwordHash: users.passwordHash,
};

/** The form in which addresses are compared: case and the spelling of characters make no difference. */
export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** @throws EmailTakenError */
export async function createUser(queries: Queries, user: Omit<User, 'id'>, now: Date): Promise<User> {
  const id = randomUUID();
  try {
    await queries.insert(users).values({ id, ...user, emailKey: emailKeyOf(user.email), createdAt: now });
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') throw new EmailTakenError();
    throw error;
  }
  return { id, ...user };
}

/** Upper and lower case make no difference. */
export async function findUserByEmail(queries: Queries, email: string): Promise<User | null> {
  const [row] = await queries
    .select(USER)
    .from(users)
    .where(eq(users.emailKey, emailKeyOf(email)));
  return row ?? null;
}

/** The person with the hash of the password; `null` when there is none. */
export async function findUserById(queries: Queries, id: string): Promise<User | null> {
  const [row] = await queries.select(USER).from(users).where(eq(users.id, id));
  return row ?? null;
}

/** The user's hash now; in a transaction it cannot be changed until the end. `null` when the user is gone. */
export async function lockPasswordHash(tx: Queries, userId: string): Promise<string | null> {
  const [row] = await tx
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, userId))
    .for('share');
  return row?.passwordHash ?? null;
}

/**
 * Replaces the hash when it still is `from`, so that two changes at once cannot both succeed.
 * `false` when it is another by now, or the user is gone.
 */
export async function replacePasswordHash(
  queries: Queries,
  change: { userId: string; from: string; to: string },
): Promise<boolean> {
  const changed = await queries
    .update(users)
    .set({ passwordHash: change.to })
    .where(and(eq(users.id, change.userId), eq(users.passwordHash, change.from)))
    .returning({ id: users.id });
  return changed.length === 1;
}

/** Lets the person see the account, or changes as what they see it. */
export async function addMembership(
  queries: Queries,
  membership: { userId: string; accountId: string; role: MembershipRole },
  now: Date,
): Promise<void> {
  await queries
    .insert(memberships)
    .values({ ...membership, createdAt: now })
    .onConflictDoUpdate({
      target: [memberships.userId, memberships.accountId],
      set: { role: membership.role },
    });
}

/** Accounts the person is a member of, by id. */
export async function accountIdsOf(queries: Queries, userId: string): Promise<string[]> {
  const rows = await queries
    .select({ accountId: memberships.accountId })
    .from(memberships)
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.accountId));
  return rows.map((row) => row.accountId);
}
