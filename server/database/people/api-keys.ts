import { createHash, randomBytes } from 'node:crypto';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { apiKeys } from '../schema/api-keys.ts';

/** What a key may do: send events, read, or everything. */
export type ApiKeyRole = 'ingest' | 'read' | 'operator';

/** An API key without its secret, which nobody can read back. `accountId: null` serves all accounts. */
export interface ApiKey {
  id: string;
  accountId: string | null;
  role: ApiKeyRole;
  label: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const API_KEY = {
  id: apiKeys.id,
  accountId: apiKeys.accountId,
  role: apiKeys.role,
  label: apiKeys.label,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
};

/** The row the `OPERATOR_API_KEY` variable stands for. */
const BOOTSTRAP_ID = 'key_bootstrap';

/** SHA-256 as hex. Secrets are 256 random bits, so there is nothing to guess and no salt or slow hash is needed. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Makes a key. The secret, `pb_<role>_<43 characters>`, is returned here and never again. */
export async function createApiKey(
  queries: Queries,
  key: { accountId: string | null; role: ApiKeyRole; label: string },
  now: Date,
): Promise<{ id: string; secret: string; key: ApiKey }> {
  const secret = `pb_${key.role}_${randomBytes(32).toString('base64url')}`;
  // The time comes first, so that keys sort by age: nine base-36 digits last until the year 5188.
  const id = `key_${now.getTime().toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`;
  const row = { id, ...key, createdAt: now, lastUsedAt: null };
  await queries.insert(apiKeys).values({ ...row, secretHash: hashOfSecret(secret) });
  return { id, secret, key: row };
}

/** The key this secret belongs to; `null` when there is none or it is revoked. */
export async function findApiKeyBySecret(queries: Queries, secret: string): Promise<ApiKey | null> {
  const [row] = await queries
    .select(API_KEY)
    .from(apiKeys)
    .where(and(eq(apiKeys.secretHash, hashOfSecret(secret)), isNull(apiKeys.revokedAt)));
  return row ?? null;
}

/** One page of unrevoked keys, newest first: those of an account, or (`null`) those that serve all. */
export async function listApiKeys(
  queries: Queries,
  page: { accountId: string | null; after: string | null; limit: number },
): Promise<ApiKey[]> {
  return queries
    .select(API_KEY)
    .from(apiKeys)
    .where(
      and(
        page.accountId === null ? isNull(apiKeys.accountId) : eq(apiKeys.accountId, page.accountId),
        isNull(apiKeys.revokedAt),
        page.after === null ? undefined : lt(apiKeys.id, page.after),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit);
}

/** Ends a key of that account (`null`: one that serves all). `false` when there is no such unrevoked key. */
export async function revokeApiKey(
  queries: Queries,
  key: { accountId: string | null; id: string },
  now: Date,
): Promise<boolean> {
  const revoked = await queries
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(
      and(
        eq(apiKeys.id, key.id),
        key.accountId === null ? isNull(apiKeys.accountId) : eq(apiKeys.accountId, key.accountId),
        isNull(apiKeys.revokedAt),
      ),
    )
    .returning({ id: apiKeys.id });
  return revoked.length === 1;
}

/** Notes when keys were last used; a later time already noted by another node stays. */
export async function touchApiKeys(queries: Queries, uses: readonly { id: string; lastUsedAt: Date }[]): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map((use) => sql`(${use.id}::text, ${use.lastUsedAt.toISOString()}::timestamptz)`);
  // Locked in the order of ids, so that nodes that note the same keys at once wait for each other instead of deadlocking.
  await queries.execute(sql`
    with used (id, at) as (values ${sql.join(rows, sql`, `)}),
         locked as (select k.id from ${apiKeys} k where k.id in (select id from used) order by k.id for no key update)
    update ${apiKeys} set last_used_at = greatest(last_used_at, used.at)
    from used, locked
    where api_keys.id = used.id and locked.id = used.id`);
}

/**
 * Makes `secret` the operator key that `OPERATOR_API_KEY` stands for, in place of the one it stood for before; `null`
 * (the variable is not set) ends it.
 */
export async function ensureBootstrapKey(queries: Queries, secret: string | null, now: Date): Promise<void> {
  if (secret === null) {
    await queries
      .update(apiKeys)
      // Without its secret, so that the same one is as good as another when it is set again.
      .set({ revokedAt: now, secretHash: hashOfSecret(randomBytes(32).toString('hex')) })
      .where(and(eq(apiKeys.id, BOOTSTRAP_ID), isNull(apiKeys.revokedAt)));
    return;
  }
  const existing = await findApiKeyBySecret(queries, secret);
  if (existing !== null && existing.id !== BOOTSTRAP_ID) {
    if (existing.role === 'operator') return;
    throw new Error(
      `OPERATOR_API_KEY is the secret of an API key with the role ${existing.role}: choose another value`,
    );
  }
  const secretHash = hashOfSecret(secret);
  await queries
    .insert(apiKeys)
    .values({
      id: BOOTSTRAP_ID,
      accountId: null,
      role: 'operator',
      label: 'OPERATOR_API_KEY',
      secretHash,
      createdAt: now,
    })
    // Who revoked a secret meant it: only another one is good again.
    .onConflictDoUpdate({
      target: apiKeys.id,
      set: {
        secretHash,
        revokedAt: sql`case when ${apiKeys.secretHash} = excluded.secret_hash then ${apiKeys.revokedAt} end`,
      },
    });
}
