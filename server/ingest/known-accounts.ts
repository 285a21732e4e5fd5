import { endsOfAccounts, getAccount } from '../database/accounts/accounts.ts';
import type { Database } from '../database/database.types.ts';
import { type Micros, microsOf } from '../domain/instant.ts';
import type { AccountEnd } from './ingest-service.ts';

/** Which accounts are there, and when they end: held in memory, since no event may cost a query for it. */
export class KnownAccounts {
  readonly #found = new Set<string>();
  readonly #ends = new Map<string, AccountEnd>();

  private constructor(private readonly database: Database) {}

  /** With the ends of all accounts that have one. */
  static async load(database: Database): Promise<KnownAccounts> {
    const accounts = new KnownAccounts(database);
    for (const [accountId, at] of await endsOfAccounts(database.queries)) {
      accounts.#ends.set(accountId, { at, isPending: false });
    }
    return accounts;
  }

  /** At once where it was found before: accounts are never removed. */
  exists(accountId: string): boolean | Promise<boolean> {
    if (this.#found.has(accountId)) return true;
    return getAccount(this.database.queries, accountId).then((account) => {
      if (account !== null) this.#found.add(accountId);
      return account !== null;
    });
  }

  /** When the account ends, or is about to; `undefined` while it goes on. */
  endOf(accountId: string): AccountEnd | undefined {
    return this.#ends.get(accountId);
  }

  /**
   * Lets nothing in at or after an instant, then waits for what came before.
   * @returns `false` when the account ends elsewhere, or is just being ended there
   */
  async holdEnd(accountId: string, at: Micros, flushed: () => Promise<void>): Promise<boolean> {
    const known = this.#ends.get(accountId);
    if (known !== undefined && !(known.isPending && known.at === at)) return false;
    this.#ends.set(accountId, { at, isPending: true });
    await flushed().catch((error: unknown) => {
      this.#ends.delete(accountId);
      throw error;
    });
    return true;
  }

  /** Reads the account's end again. */
  async changed(accountId: string): Promise<void> {
    const end = (await getAccount(this.database.queries, accountId))?.endedAt;
    if (end) this.#ends.set(accountId, { at: microsOf(end), isPending: false });
    else this.#ends.delete(accountId);
  }
}
