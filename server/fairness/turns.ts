import { TooMuchError } from './too-much.ts';

/** How much of heavy work runs at once and how much may wait, in all and for each owner. */
export interface TurnsLimits {
  /** So much is done at once, whoever it is for. */
  atOnce: number;
  /** So much of it for one owner. */
  ofEach: number;
  /** So many of one owner may wait. */
  waitingOfEach: number;
  /** So many may wait in all. */
  waitingOfAll: number;
}

interface Waiter {
  begin: () => void;
  refuse: (error: Error) => void;
}

const NEVER = new AbortController().signal;
const RETRY_AFTER_SECONDS = 2;

/**
 * Who may do heavy work now. Owners take turns: whoever has least under way is next, and among those whoever has waited longest
 * since their last turn. However much one of them wants, another waits for one piece of work at most, and where one owner may not
 * have all places, whoever comes anew finds one free.
 */
export class Turns {
  private under = 0;
  private waiting = 0;
  private readonly underWay = new Map<string, number>();
  /** By owner, in the order of turns. */
  private readonly queues = new Map<string, Waiter[]>();

  constructor(private readonly limits: TurnsLimits) {}

  /**
   * Waits for a turn.
   * @param gone aborts when the turn is wanted no more
   * @returns what gives it back, once
   * @throws TooMuchError when too many wait already
   */
  async take(owner: string, gone: AbortSignal = NEVER): Promise<() => void> {
    gone.throwIfAborted();
    if (!this.mayBegin(owner)) await this.wait(owner, gone);
    else this.begin(owner);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.end(owner);
    };
  }

  private wait(owner: string, gone: AbortSignal): Promise<void> {
    const { waitingOfEach, waitingOfAll } = this.limits;
    const queue = this.queues.get(owner) ?? [];
    if (queue.length >= waitingOfEach)
      throw new TooMuchError('Too much is asked at once by one. Try again shortly.', RETRY_AFTER_SECONDS);
    if (this.waiting >= waitingOfAll)
      throw new TooMuchError('Too much is asked at once. Try again shortly.', RETRY_AFTER_SECONDS);
    return new Promise<void>((begin, refuse) => {
      const waiter: Waiter = { begin, refuse };
      queue.push(waiter);
      this.queues.set(owner, queue);
      this.waiting++;
      if (gone !== NEVER) gone.addEventListener('abort', () => this.leave(owner, waiter, gone.reason), { once: true });
    });
  }

  private leave(owner: string, waiter: Waiter, reason: unknown): void {
    const queue = this.queues.get(owner);
    const at = queue?.indexOf(waiter) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    this.waiting--;
    if (queue.length === 0) this.queues.delete(owner);
    waiter.refuse(reason instanceof Error ? reason : new Error('gone'));
  }

  private underWayOf(owner: string): number {
    return this.underWay.get(owner) ?? 0;
  }

  private mayBegin(owner: string): boolean {
    const { atOnce, ofEach } = this.limits;
    return this.under < atOnce && this.underWayOf(owner) < ofEach;
  }

  private begin(owner: string): void {
    this.under++;
    this.underWay.set(owner, this.underWayOf(owner) + 1);
  }

  private end(owner: string): void {
    this.under--;
    const left = this.underWayOf(owner) - 1;
    if (left > 0) this.underWay.set(owner, left);
    else this.underWay.delete(owner);
    this.next();
  }

  private next(): void {
    for (;;) {
      let chosen: string | null = null;
      for (const owner of this.queues.keys()) {
        if (!this.mayBegin(owner)) continue;
        if (chosen === null || this.underWayOf(owner) < this.underWayOf(chosen)) chosen = owner;
      }
      if (chosen === null) return;
      const queue = this.queues.get(chosen) ?? [];
      const waiter = queue.shift();
      // To the end: the next turn is another's.
      this.queues.delete(chosen);
      if (queue.length > 0) this.queues.set(chosen, queue);
      this.waiting--;
      this.begin(chosen);
      waiter?.begin();
    }
  }
}
