import type { Case } from './case.ts';
import type { Memory } from './memory.ts';
import type { Outcome } from './perform.ts';

/** A request that should not have been answered as it was. */
export interface Failure {
  number: number;
  about: string;
  why: string;
  /** How to send it again. */
  spelled: string;
  answer: string;
}

interface Counts {
  sent: number;
  statuses: Map<string, number>;
  /** Of those that were meant to be right. */
  valid: { sent: number; succeeded: number };
}

export interface Slow {
  number: number;
  about: string;
  milliseconds: number;
}

const SLOWEST = 15;

/** What a run has seen. */
export class Report {
  readonly failures: Failure[] = [];
  readonly memories: Memory[] = [];
  private readonly counts = new Map<string, Counts>();
  private slowest: Slow[] = [];

  /** @returns why the outcome is a failure, or `null` */
  note(
    number: number,
    { about, intent }: Pick<Case, 'about' | 'intent'>,
    { statuses, milliseconds }: Outcome,
  ): string | null {
    const counts = this.countsOf(about);
    counts.sent++;
    for (const status of statuses) {
      const kind = `${Math.floor(status / 100)}xx`;
      counts.statuses.set(kind, (counts.statuses.get(kind) ?? 0) + 1);
    }
    if (intent === 'valid') this.noteValid(counts, statuses);
    this.slowest.push({ number, about, milliseconds });
    if (this.slowest.length > 10 * SLOWEST) this.slowest = this.slowestFew();
    const fault = statuses.find((status) => status >= 500);
    return fault === undefined ? null : `answered ${fault}`;
  }

  /** The slowest answers, slowest first. */
  slowestFew(): Slow[] {
    return this.slowest.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
  }

  /** What was asked rightly and never answered so. */
  neverRight(): string[] {
    return [...this.counts].filter(([, { valid }]) => valid.sent > 0 && valid.succeeded === 0).map(([about]) => about);
  }

  /** What became of the requests, a line for each thing that was asked. */
  table(): string {
    const rows = [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([about, { sent, statuses, valid }]) => {
        const shares = ['2xx', '3xx', '4xx', '5xx'].map((kind) => share(statuses.get(kind) ?? 0, sent));
        return `${String(sent).padStart(7)} ${shares.join(' ')}  right ${share(valid.succeeded, valid.sent)}  ${about}`;
      });
    return ['   sent  2xx  3xx  4xx  5xx', ...rows].join('\n');
  }

  private noteValid({ valid }: Counts, statuses: number[]): void {
    valid.sent++;
    if (statuses.every((status) => status >= 200 && status < 400)) valid.succeeded++;
  }

  private countsOf(about: string): Counts {
    const known = this.counts.get(about) ?? { sent: 0, statuses: new Map(), valid: { sent: 0, succeeded: 0 } };
    this.counts.set(about, known);
    return known;
  }
}

function share(part: number, whole: number): string {
  return (whole === 0 ? '-' : `${Math.round((100 * part) / whole)}%`).padStart(4);
}

/** A failure, with how to see it again. */
export function failureText(seed: number, { number, about, why, spelled, answer }: Failure): string {
  if (number < 0) return `${about}: ${why}\n  ${answer.slice(0, 2_000)}`;
  const again = `FUZZ_SEED=${seed} FUZZ_ONLY=${number} npm run fuzz`;
  return [
    `#${number} ${about}: ${why}`,
    `  again: ${again}`,
    spelled.slice(0, 4_000),
    `  answer: ${answer.slice(0, 600)}`,
  ].join('\n');
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? '-' : `${(bytes / 1_048_576).toFixed(0)} MB`;
}
