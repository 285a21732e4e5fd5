import { type ApiKey, findApiKeyBySecret, hashOfSecret, touchApiKeys } from '../database/api-keys.ts';
import type { Database } from '../database/connect.ts';
import { withoutValues } from '../database/errors.ts';

/** How long a node may go on trusting a key that another node has revoked. */
const TTL_MS = 5_000;
const FLUSH_MS = 10_000;
/** Unknown secrets are remembered too, so the size must be bounded. */
const SIZE = 10_000;

/** API keys as ingestion needs them: no query per request, neither to find the key nor to note its use. */
export interface ApiKeyCache {
  /** The key of this secret, at most five seconds old, and notes the use. `null` when unknown or revoked. */
  find: (secret: string) => Promise<ApiKey | null>;
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
  key: Promise<ApiKey | null>;
  freshUntil: number;
}

/** `onError` is told when last uses could not be written; they are kept and written the next time. */
export function createApiKeyCache(
  database: Database,
  options: { now: () => Date; onError: (error: unknown) => void },
): ApiKeyCache {
  const entries = new Map<string, Entry>();
  let uses = new Map<string, Date>();
  let timer: NodeJS.Timeout | undefined;

  const lookUp = (secret: string): Promise<ApiKey | null> => {
    const hash = hashOfSecret(secret);
    const now = options.now().getTime();
    const known = entries.get(hash);
    if (known && known.freshUntil > now) return known.key;
    const key = findApiKeyBySecret(database.queries, secret);
    const entry = { key, freshUntil: now + TTL_MS };
    entries.delete(hash);
    entries.set(hash, entry);
    key.catch(() => {
      // A store that is down is asked again by the next request.
      if (entries.get(hash) === entry) entries.delete(hash);
    });
    if (entries.size > SIZE) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    return key;
  };

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
    find: async (secret) => {
      const key = await lookUp(secret);
      if (key) uses.set(key.id, options.now());
      return key;
    },
    forget: (keyId) => {
      for (const [hash, entry] of entries) {
        void entry.key.then((key) => key?.id === keyId && entries.delete(hash)).catch(() => {});
      }
    },
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
