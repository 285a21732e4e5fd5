import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lane } from '../../clickhouse/index.ts';
import type { Turns } from './turns.ts';

/** Whoever asked is gone and nothing was answered: what is still read for them ends by then, at the latest. */
const LONGEST_AFTER_GONE_MS = 60_000;

/** Nobody waits for the answer any more. */
export class GoneError extends Error {
  readonly status = 400;
}

/** A request that may read measurements: it takes a turn at the first reading and gives it back when its answer begins. */
export class Asking {
  private turn: Promise<void> | null = null;
  private giveBack: (() => void) | null = null;
  private isAnswered = false;
  private readonly gone = new AbortController();

  constructor(
    private readonly turns: Turns,
    /** Whose turn it takes. */
    public owner: string,
  ) {}

  /** Waits for its turn, which it keeps until it is answered. @throws TooMuchError */
  enter(): Promise<void> {
    // What goes on after the answer has begun is on its way out already.
    if (this.isAnswered) return Promise.resolve();
    this.turn ??= this.turns.take(this.owner, this.gone.signal).then((giveBack) => {
      if (this.isAnswered) giveBack();
      else this.giveBack = giveBack;
    });
    return this.turn;
  }

  /** The answer begins. Not when all of it was sent: whoever reads slowly keeps nobody waiting. */
  answered(): void {
    this.isAnswered = true;
    this.giveBack?.();
  }

  /** Nobody waits for the answer. A turn that was not had yet is wanted no more; one that is had ends with its work. */
  left(): void {
    if (this.isAnswered) return;
    this.gone.abort(new GoneError('whoever asked is gone'));
    setTimeout(() => this.answered(), LONGEST_AFTER_GONE_MS).unref();
  }
}

const scope = new AsyncLocalStorage<Asking>();

/** Does what a request asks for: what it reads of measurements waits its turn. */
export function whileAsking<Done>(asking: Asking, work: () => Done): Done {
  return scope.run(asking, work);
}

/** Whose turn the request takes that is being answered, once it is known that it may: an account's, or of who may see all of them. */
export function askingFor(owner: string): void {
  const asking = scope.getStore();
  if (asking !== undefined) asking.owner = owner;
}

/** To be called before measurements are read. @throws TooMuchError */
export async function untilItsTurn(): Promise<void> {
  await scope.getStore()?.enter();
}

/** A lane whose reads wait for the turn of the request that they are for. */
export function inTurn(lane: Lane): Lane {
  return {
    ...lane,
    query: async (statement) => {
      await untilItsTurn();
      return lane.query(statement);
    },
    bytes: async (statement) => {
      await untilItsTurn();
      return lane.bytes(statement);
    },
  };
}
