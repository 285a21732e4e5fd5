import type { RunningServer } from '../support/servers/server.ts';
import { Cases } from './cases.ts';
import { Sender } from './http.ts';
import { type Memory, memoryAtRest } from './memory.ts';
import { type Outcome, perform, spelled } from './perform.ts';
import { failureText, megabytes, Report } from './report.ts';
import { makeWorld } from './world.ts';

export interface FuzzOptions {
  seed: number;
  requests: number;
  /** Only these, in turn: to see one again. */
  only?: readonly number[];
  /** Memory is read after each; the first warms the server up. */
  rounds: number;
  atOnce: number;
  /** More than this, also alone and again, is a failure, in milliseconds; absent: machines differ. */
  slowestMs?: number;
  onLine: (line: string) => void;
}

/** Memory may grow by so much from the first round to the last. */
const GROWTH = 1.1;
const ENOUGH_FAILURES = 50;
/** Faults that reached no answer. */
const FAULT_IN_LOG = /^.*"level":(?:50|60).*$/gm;

/** Fills a server, asks it everything, rightly and wrongly, and says what came of it. */
export async function fuzz(server: RunningServer, options: FuzzOptions): Promise<Report> {
  const { seed, requests, rounds, atOnce, onLine } = options;
  const now = new Date();
  const world = await makeWorld(server, now);
  const cases = await Cases.of(server.url, world, { seed, now });
  onLine(cases.sizes());
  const report = new Report();
  const run = new Run(server, cases, report, options);
  if (options.only !== undefined) {
    for (const number of options.only) onLine(`#${number}: ${await run.one(number)}`);
    run.close();
    return report;
  }
  const perRound = Math.ceil(requests / rounds);
  for (let round = 0; round < rounds; round++) {
    await run.some(round * perRound, Math.min(requests, (round + 1) * perRound), atOnce);
    const first = report.memories[0];
    const isLast = round === rounds - 1;
    const memory = await memoryAtRest(server, isLast && first ? first.held * GROWTH : undefined);
    report.memories.push(memory);
    onLine(memoryText(round, memory));
    if (report.failures.length >= ENOUGH_FAILURES) break;
  }
  if (options.slowestMs !== undefined) await run.again(options.slowestMs);
  run.close();
  for (const [line] of server.logs().matchAll(FAULT_IN_LOG))
    report.failures.push({ number: -1, about: 'log', why: 'a fault stands in the log', spelled: '', answer: line });
  const [first, last] = [report.memories[0], report.memories.at(-1)];
  if (first && last && last.held > first.held * GROWTH)
    report.failures.push({
      number: -1,
      about: 'memory',
      why: 'it grew',
      spelled: '',
      answer: `${megabytes(first.held)} -> ${megabytes(last.held)}`,
    });
  return report;
}

function memoryText(round: number, { held, resident }: Memory): string {
  return `round ${round + 1}: holds ${megabytes(held)}, resident ${megabytes(resident)}`;
}

class Run {
  private readonly sender: Sender;

  constructor(
    private readonly server: RunningServer,
    private readonly cases: Cases,
    private readonly report: Report,
    private readonly options: FuzzOptions,
  ) {
    this.sender = new Sender(server.url);
  }

  /** Sends the requests of these numbers, some at a time. */
  async some(from: number, to: number, atOnce: number): Promise<void> {
    let next = from;
    const work = async () => {
      while (next < to && this.report.failures.length < ENOUGH_FAILURES) {
        const number = next++;
        await this.one(number);
        if (number % 1_000 === 999) this.options.onLine(`${number + 1} sent, ${this.report.failures.length} failures`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** Sends one. @returns what came of it, in words */
  async one(number: number): Promise<string> {
    const made = this.cases.caseOf(number);
    // Preparing a connection may change what is written.
    const words = spelled(this.server.url, made);
    let outcome: Outcome = { statuses: [], milliseconds: 0, text: '' };
    let why: string | null;
    try {
      outcome = await perform(this.server.url, this.sender, made);
      why = this.report.note(number, made, outcome);
    } catch (error) {
      why = `no answer: ${error}`;
    }
    if (why !== null) {
      const failure = { number, about: made.about, why, spelled: words, answer: outcome.text };
      this.report.failures.push(failure);
      this.options.onLine(failureText(this.options.seed, failure));
    }
    return `${made.about} (${made.intent})\n${words}\n${outcome.statuses} ${outcome.text.slice(0, 2_000)}`;
  }

  /** What was slow beside others is asked alone: only what is slow by itself is at fault. */
  async again(slowestMs: number): Promise<void> {
    for (const { number, milliseconds } of this.report.slowestFew()) {
      if (milliseconds <= slowestMs) continue;
      const made = this.cases.caseOf(number);
      const outcome = await perform(this.server.url, this.sender, made);
      this.options.onLine(
        `#${number} ${made.about}: ${Math.round(milliseconds)} ms, alone ${Math.round(outcome.milliseconds)} ms`,
      );
      if (outcome.milliseconds <= slowestMs) continue;
      const words = spelled(this.server.url, made);
      const why = `took ${Math.round(outcome.milliseconds)} ms`;
      this.report.failures.push({ number, about: made.about, why, spelled: words, answer: outcome.text });
    }
  }

  close(): void {
    this.sender.close();
  }
}
