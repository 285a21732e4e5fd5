/** An account's money is computed at most this often. */
const AT_MOST_EVERY_MS = 1_000;
/** After computing, so many times as long nothing is computed: money takes a fifth of the time, usage keeps its pace. */
const REST = 4;

/** Says whose money is computed next, and when. Instants are milliseconds of a clock that only goes forward. */
export class MoneyPace {
  /** Until when nothing is computed, whosever it is. */
  restsUntil = Number.NEGATIVE_INFINITY;
  private readonly due = new Map<string, number>();

  /** The account that waits longest, or `null` when none is due or it is time to rest. */
  pick(accountIds: Iterable<string>, now: number): string | null {
    if (now < this.restsUntil) return null;
    let first: string | null = null;
    let earliest = Number.POSITIVE_INFINITY;
    for (const accountId of accountIds) {
      const due = this.due.get(accountId) ?? Number.NEGATIVE_INFINITY;
      if (due > now || (first !== null && due >= earliest)) continue;
      first = accountId;
      earliest = due;
    }
    return first;
  }

  /** An account's money was computed, or could not be. */
  done(accountId: string, began: number, ended: number): void {
    const rest = REST * (ended - began);
    this.restsUntil = ended + rest;
    this.due.set(accountId, ended + Math.max(AT_MOST_EVERY_MS, rest));
  }

  forget(accountId: string): void {
    this.due.delete(accountId);
  }
}
