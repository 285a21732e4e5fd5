import { AsyncLocalStorage } from 'node:async_hooks';
import type { Micros } from '../domain/instant.ts';
import { RememberedAnswers } from './remembered-answers.ts';

/** The numbers cannot be read of one state just now; the same question may be asked again shortly. */
export class NotMeteredError extends Error {}

/** How whoever shows numbers reads them. */
export interface Readings {
  /** Reads what is of one state: all that `read` asks for stands as it does at the watermark it is given. */
  read: <T>(read: (meteredThrough: Micros) => Promise<T>) => Promise<T>;
  /**
   * All readings inside are of one state. Nothing is held before the first of them, so what only asks the database waits for
   * nothing. `work` is done again when the state changed under it: it must leave nothing behind.
   */
  together: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How long the roller waits for a reading before it goes on without it: longer each time the reading is done again. */
const PATIENCE_MS = [250, 2_000, 10_000, 30_000];
/** How long a reading waits for numbers that are being caught up with, or repaired after a failure. */
const CLOSED_MS = 5_000;

/** What is read together. */
class Reading {
  /** The state it reads; `null` before it has read anything. */
  state: { epoch: number; meteredThrough: Micros } | null = null;
  ended = false;

  constructor(readonly attempt: number) {}
}

/**
 * The watermark, and the gate in front of the state it names. Readers share the state; the roller changes it between them,
 * and with each change the watermark moves: two readings that name the same watermark are equal.
 *
 * The roller waits for those who read, and whoever comes meanwhile waits for the roller, so neither starves. A reading that
 * takes too long is overtaken: it is done again, and the roller waits longer for it then.
 */
export class Watermark implements Readings {
  private current: Micros = 0;
  private epoch = 0;
  private isOpen = false;
  private publishing = false;
  /** When the roller began to wait for readers. */
  private wantedAt: number | null = null;
  private readonly holding = new Set<Reading>();
  private readonly scope = new AsyncLocalStorage<Reading>();
  private readonly waiting = new Set<() => void>();
  /** Of the state that the watermark names. */
  private answers = new RememberedAnswers();

  /** @param mayRead waits, before anything is held, until whoever reads may */
  constructor(private readonly mayRead: (() => Promise<void>) | null = null) {}

  /** Every event received up to here is in the numbers. */
  get meteredThrough(): Micros {
    return this.current;
  }

  read<T>(read: (meteredThrough: Micros) => Promise<T>): Promise<T> {
    return this.together(async () => {
      const reading = this.scope.getStore() as Reading;
      return read(await this.enter(reading));
    });
  }

  async together<T>(work: () => Promise<T>): Promise<T> {
    // What a reading left running, and what it woke, is none of its parts any more.
    if (this.scope.getStore()?.ended === false) return work();
    if (this.mayRead !== null) await this.mayRead();
    for (let attempt = 0; attempt < PATIENCE_MS.length; attempt++) {
      const reading = new Reading(attempt);
      try {
        const answer = await this.scope.run(reading, work);
        if (!this.isOvertaken(reading)) return answer;
      } catch (error) {
        // Halves of two states may not fit together; that is no fault of either.
        if (!this.isOvertaken(reading)) throw error;
      } finally {
        reading.ended = true;
        if (this.holding.delete(reading)) this.wake();
      }
    }
    throw new NotMeteredError('reading took longer than the numbers stand still');
  }

  /**
   * The answer to a question that rests on the state alone: while it stands, each is asked once, whoever reads. Outside a reading,
   * and in one that was overtaken, it is asked.
   */
  recall(question: string, ask: () => Promise<Buffer>): Promise<Buffer> {
    const reading = this.scope.getStore();
    const isOfState = reading?.ended === false && reading.state !== null && !this.isOvertaken(reading);
    return isOfState ? this.answers.get(question, ask) : ask();
  }

  /**
   * Changes the state, between readings, and moves the watermark.
   * @param meteredThrough later than before, whenever anything changes that is read
   * @throws what `change` throws; nobody reads then before `open`
   */
  async publish(meteredThrough: Micros, change: () => Promise<void> | void): Promise<void> {
    this.wantedAt = performance.now();
    await this.untilRead(this.wantedAt);
    this.publishing = true;
    this.epoch++;
    this.answers = new RememberedAnswers();
    try {
      await change();
      this.current = meteredThrough;
    } catch (error) {
      this.isOpen = false;
      throw error;
    } finally {
      this.publishing = false;
      this.wantedAt = null;
      this.wake();
    }
  }

  /** Time has passed and nothing came: the state of before has a later name. */
  moveTo(meteredThrough: Micros): void {
    this.current = Math.max(this.current, meteredThrough);
  }

  /** The tables hold the state that the watermark names: it may be read. */
  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.wake();
  }

  private isOvertaken({ state }: Reading): boolean {
    return state !== null && state.epoch !== this.epoch;
  }

  /** @returns the watermark of the state that is read from here on. @throws NotMeteredError */
  private async enter(reading: Reading): Promise<Micros> {
    if (reading.state !== null) {
      // What is read on is thrown away anyway.
      if (this.isOvertaken(reading)) throw new NotMeteredError('the reading was overtaken');
      return reading.state.meteredThrough;
    }
    const began = performance.now();
    while (!this.mayEnter(reading)) {
      const left = CLOSED_MS - (performance.now() - began);
      if (!this.isOpen && left <= 0) throw new NotMeteredError('usage is being caught up with');
      await this.untilWoken(this.isOpen ? null : left);
    }
    // Two that entered together, and waited together, are one.
    reading.state ??= { epoch: this.epoch, meteredThrough: this.current };
    this.holding.add(reading);
    return reading.state.meteredThrough;
  }

  /** While the roller waits for one that was overtaken before, others may still come: they do not make it wait longer. */
  private mayEnter({ attempt }: Reading): boolean {
    if (!this.isOpen || this.publishing) return false;
    if (this.wantedAt === null) return true;
    return attempt === 0 && [...this.holding].some((reading) => reading.attempt > 0);
  }

  /** Waits until each that reads has ended, or has had its time since `began`. */
  private async untilRead(began: number): Promise<void> {
    for (;;) {
      const patience = [...this.holding].map(({ attempt }) => PATIENCE_MS[attempt] ?? 0);
      const left = began + Math.max(0, ...patience) - performance.now();
      if (left <= 0) return;
      await this.untilWoken(left);
    }
  }

  private untilWoken(withinMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === null ? null : setTimeout(() => woken(), withinMs);
      const woken = () => {
        if (timer !== null) clearTimeout(timer);
        this.waiting.delete(woken);
        resolve();
      };
      this.waiting.add(woken);
    });
  }

  private wake(): void {
    for (const woken of [...this.waiting]) woken();
  }
}

/** Readings of history that nobody changes while it is read. */
export function readingsAt(meteredThrough: () => Micros): Readings {
  return { read: (read) => read(meteredThrough()), together: (work) => work() };
}
