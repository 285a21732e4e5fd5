import type { Database } from '../../database/database.types.ts';
import { withoutValues } from '../../database/errors.ts';
import { type ApiKey, findApiKeyBySecret, hashOfSecret, touchApiKeys } from '../../database/people/api-keys.ts';

/** How long a node may go on trusting a key that another node has revoked. */
const TTL_MS = 5_000;
const FLUSH_MS = 10_000;
const SIZE = 10_000;

/** API keys as ingestion needs them: no query per request, neither to find the key nor to note its use. */
export interface ApiKeyCache {
  /**
   * The key of this secret, at most five seconds old, and notes the use. `null` when unknown or revoked.
   * @param ifStrange awaited before the store is asked of a secret that was no key when it was asked last
   */
  find: (secret: string, ifStrange: () => Promise<unknown>) => Promise<ApiKey | null>;
  /** This node asks again at once: after a key was revoked. */
  forget: (keyId: string) => void;
  /** Begins to write last uses every ten seconds. */
  start: () => void;
  /** Writes the last uses gathered so far. */
  flush: () => Promise<void>;
  /** Stops, and writes what is left. Call before the database is closed. */
  close: () => Promise<void>;
}

interface Entry {
  key: ApiKey;
  freshUntil: number;
}

/** `onError` is told when last uses could not be written; they are kept and written the next time. */
export function createApiKeyCache(
  database: Database,
  options: { now: () => Date; onError: (error: unknown) => void },
): ApiKeyCache {
  const known = createKnownKeys(database, options.now);
  let uses = new Map<string, Date>();
  let timer: NodeJS.Timeout | undefined;

  const flush = async () => {
    const batch = uses;
    uses = new Map();
    try {
      await touchApiKeys(
        database.queries,
        [...batch].map(([id, lastUsedAt]) => ({ id, lastUsedAt })),
      );
    } catch (error) {
      uses = new Map([...batch, ...uses]);
      options.onError(withoutValues(error));
    }
  };

  return {
    find: async (secret, ifStrange) => {
      const key = await known.lookUp(secret, ifStrange);
      if (key) uses.set(key.id, options.now());
      return key;
    },
    forget: known.forget,
    start: () => {
      timer ??= setInterval(() => void flush(), FLUSH_MS).unref();
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Keys that were found, each trusted for its time; what is asked of several times at once is asked once. */
function createKnownKeys(
  database: Database,
  now: () => Date,
): Pick<ApiKeyCache, 'forget'> & { lookUp: ApiKeyCache['find'] } {
  // Only of keys that are good: who tries secrets pushes none of these out.
  const entries = new Map<string, Entry>();
  const asked = new Map<string, Promise<ApiKey | null>>();
  /** How often something was forgotten: what was asked before may be from before it was revoked. */
  let forgotten = 0;

  const ask = async (secret: string, hash: string): Promise<ApiKey | null> => {
    const freshUntil = now().getTime() + TTL_MS;
    const forgottenBefore = forgotten;
    const key = await findApiKeyBySecret(database.queries, secret);
    if (forgotten !== forgottenBefore) return key;
    entries.delete(hash);
    if (key === null) return null;
    entries.set(hash, { key, freshUntil });
    if (entries.size > SIZE) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    return key;
  };

  const lookUp = async (secret: string, ifStrange: () => Promise<unknown>): Promise<ApiKey | null> => {
    const hash = hashOfSecret(secret);
    const known = entries.get(hash);
    if (known && known.freshUntil > now().getTime()) return known.key;
    if (!known) await ifStrange();
    const underWay = asked.get(hash);
    if (underWay) return underWay;
    const key = ask(secret, hash).finally(() => {
      if (asked.get(hash) === key) asked.delete(hash);
    });
    asked.set(hash, key);
    return key;
  };

  return {
    lookUp,
    forget: (keyId) => {
      for (const [hash, { key }] of entries) if (key.id === keyId) entries.delete(hash);
      // Whoever is being asked of may be this one.
      forgotten++;
      asked.clear();
    },
  };
}
