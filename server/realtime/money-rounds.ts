import type { LiveMoney } from './contract.ts';
import { MoneyPace } from './money-pace.ts';

/** Whose money is computed, by what, and who is told. */
export interface MoneyRoundsDeps {
  /** Accounts that somebody watches now. */
  watched: () => Iterable<string>;
  compute: (accountId: string) => Promise<KnownMoney>;
  /** Told each outcome; a failure is one too. */
  tell: (accountId: string, money: KnownMoney) => void;
  onError: (error: unknown) => void;
}

/** An account's money, and the billing period it is of. */
export interface KnownMoney {
  /** `null` when there is nothing to be of a period. */
  periodKey: string | null;
  money: LiveMoney;
}

const FAILED: KnownMoney = { periodKey: null, money: { money: 'failed', charges: null, spend: null } };

/** Computes the money of watched accounts, one after another, beside the stream of usage and never in its way. */
export class MoneyRounds {
  private readonly pace = new MoneyPace();
  private computing = false;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly deps: MoneyRoundsDeps) {}

  /** Computes whatever is due; called when something may be. */
  look(): void {
    if (this.computing || this.closed) return;
    const accountId = this.pace.pick(this.deps.watched(), performance.now());
    if (accountId === null) return;
    this.computing = true;
    void this.compute(accountId).finally(() => {
      this.computing = false;
      clearTimeout(this.timer);
      // Others may be due as soon as it has rested; whoever was computed just now is looked for by the next pass.
      if (!this.closed)
        this.timer = setTimeout(() => this.look(), Math.max(0, this.pace.restsUntil - performance.now()));
    });
  }

  forget(accountId: string): void {
    this.pace.forget(accountId);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async compute(accountId: string): Promise<void> {
    const began = performance.now();
    try {
      const money = await this.deps.compute(accountId);
      if (!this.closed) this.deps.tell(accountId, money);
    } catch (error) {
      this.deps.onError(error);
      if (!this.closed) this.deps.tell(accountId, FAILED);
    } finally {
      this.pace.done(accountId, began, performance.now());
    }
  }
}
