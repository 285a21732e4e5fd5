import { stampsOf } from '../database/accounts/stamps.ts';
import type { Database } from '../database/database.types.ts';
import type { Micros } from '../domain/instant.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';

/** So many times as long as an answer took to put together it stands: whoever asks again and again costs a ninth of a processor at most. */
const TIMES = 8;
/** No answer is older: what is shown beside it as live is no further on than a reader can follow. */
const MOST_MS = 5_000;
/** Answers of pages, some 100 kB each. */
const MOST_KEPT = 200;
/** Accounts of which it is known what was told last. */
const MOST_TOLD = 10_000;

/** Which answer: equal ones are one. */
export interface AnswerAsked {
  accountId: string;
  page: string;
  /** What the page was asked, and what was read of the account for it already. */
  of: unknown;
}

interface Kept {
  /** What it rests on beside usage. */
  rests: string;
  answer: Promise<unknown>;
  /** Since when, and while it is put together that of before; see `told`. */
  through: Micros;
  /** Milliseconds of a clock that only goes forward. */
  until: number;
}

/**
 * Answers of pages that stood a moment ago, at the watermark they name. One is given again for a little while, to whoever may see the
 * account, unless something else than usage has changed that it rests on, or the API told somebody of a later state since. Two pages
 * may be of states some seconds apart; each says of which. Those who ask while one is put together share it.
 */
export class KeptAnswers {
  private readonly kept = new Map<string, Kept>();
  private readonly toldThrough = new Map<string, Micros>();

  constructor(
    private readonly deps: { database: Database; registry: Pick<MeterRegistry, 'revision'>; readings: Readings },
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /**
   * An answer of the account's state as it is told now, put together by `read` unless one is kept.
   * @param isWhole whether nothing of it failed: else the next who asks tries again
   */
  async get<Answer>(
    asked: AnswerAsked,
    read: () => Promise<Answer>,
    isWhole: (answer: Answer) => boolean = () => true,
  ): Promise<Answer> {
    const { accountId, page, of } = asked;
    const name = JSON.stringify([accountId, page, of]);
    const rests = await this.restsOn(accountId);
    const known = this.kept.get(name);
    const told = this.toldThrough.get(accountId) ?? 0;
    if (known?.rests === rests && this.clock() < known.until && known.through >= told) {
      return known.answer as Promise<Answer>;
    }
    const began = this.clock();
    const entry: Kept = { rests, answer: Promise.resolve(), through: told, until: Number.POSITIVE_INFINITY };
    const answer = this.deps.readings.together(async () => {
      const put = await read();
      entry.through = await this.deps.readings.read(async (meteredThrough) => meteredThrough);
      return put;
    });
    entry.answer = answer;
    this.kept.delete(name);
    this.kept.set(name, entry);
    try {
      const put = await answer;
      const ended = this.clock();
      const stands = isWhole(put) ? Math.min(TIMES * (ended - began), MOST_MS) : 0;
      entry.until = ended + stands;
      // What nobody asks for again is let go all the same.
      setTimeout(() => this.forget(name, entry), stands).unref();
      this.shrink();
      return put;
    } catch (error) {
      this.forget(name, entry);
      throw error;
    }
  }

  /** Somebody was told of the account's state at this watermark. */
  told(accountId: string, through: Micros): void {
    if ((this.toldThrough.get(accountId) ?? 0) >= through) return;
    this.toldThrough.delete(accountId);
    this.toldThrough.set(accountId, through);
    for (const oldest of this.toldThrough.keys()) {
      if (this.toldThrough.size <= MOST_TOLD) break;
      this.toldThrough.delete(oldest);
    }
  }

  /** All that an answer depends on beside usage and what the page read itself. */
  private async restsOn(accountId: string): Promise<string> {
    const stamp = (await stampsOf(this.deps.database.queries, [accountId])).get(accountId);
    return `${this.deps.registry.revision} ${stamp?.text}`;
  }

  private forget(name: string, entry: Kept): void {
    if (this.kept.get(name) === entry) this.kept.delete(name);
  }

  private shrink(): void {
    for (const name of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) return;
      this.kept.delete(name);
    }
  }
}
