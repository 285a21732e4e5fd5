import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer } from '../support/servers/server.ts';
import { startBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { SeedQuestion } from './children/month-seed.ts';
import { median, milliseconds, percentile } from './figures.ts';
import { TOKENS_METER } from './inference-events.ts';
import type { Row } from './report.ts';
import { peakMemory } from './server-metrics.ts';

const LARGE_ACCOUNT = 'acct-large';
const MEDIUM_ACCOUNT = 'acct-medium';
const WARM_UP = 10;

/** Asks for a month of one meter by day, of an account with half of all events and of one with a twentieth, in turns. */
export async function monthByDay(folder: string, short: boolean): Promise<Row[]> {
  const events = short ? 400_000 : 20_000_000;
  const requests = short ? 50 : 200;
  const dataDir = await mkdtemp(join(folder, 'month-'));
  const month = lastMonth(new Date());
  const seeder = startChild(new URL('./children/month-seed.ts', import.meta.url));
  try {
    await seeder.ask<null>({
      dataDir,
      events,
      large: LARGE_ACCOUNT,
      medium: MEDIUM_ACCOUNT,
      from: month.from.getTime() / 1000,
      to: month.to.getTime() / 1000,
    } satisfies SeedQuestion);
  } finally {
    await seeder.end();
  }

  const started = performance.now();
  const server = await startBenchServer(dataDir, randomBytes(24).toString('hex'));
  const startSeconds = (performance.now() - started) / 1000;
  try {
    const large: number[] = [];
    const medium: number[] = [];
    for (let i = -WARM_UP; i < requests; i++) {
      const ofLarge = await ask(server, LARGE_ACCOUNT, month);
      const ofMedium = await ask(server, MEDIUM_ACCOUNT, month);
      if (i < 0) continue;
      large.push(ofLarge);
      medium.push(ofMedium);
    }
    const memory = await peakMemory(server.pid);
    const p95 = percentile(large, 0.95);
    const mediumP95 = percentile(medium, 0.95);
    const ratio = p95 / mediumP95;
    const size = (count: number) => (count >= 1e6 ? `${count / 1e6} M` : `${count / 1e3} k`);
    return [
      {
        what: `month by day, account with ${size(events / 2)} of ${size(events)} events, p95`,
        measured: milliseconds(p95),
        bar: '≤ 100 ms',
        met: p95 <= 100,
        figures: { p50Ms: median(large), p95Ms: p95, maxMs: Math.max(...large), requests },
      },
      {
        what: `the same / account with ${size(events / 20)} (p95 ${milliseconds(mediumP95)})`,
        measured: ratio.toFixed(2),
        bar: '≤ 1.5',
        met: ratio <= 1.5,
        figures: { ratio, p50Ms: median(medium), p95Ms: mediumP95, maxMs: Math.max(...medium) },
      },
      {
        what: `start with ${size(events)} events, until ready`,
        measured: `${startSeconds.toFixed(1)} s`,
        bar: null,
        met: null,
        figures: { seconds: startSeconds, ...(memory === null ? {} : { peakBytes: memory }) },
      },
    ];
  } finally {
    await server.kill();
  }
}

/** One question to the API. @returns milliseconds @throws when the answer is not a row for each day */
async function ask(server: RunningServer, accountId: string, { from, to }: { from: Date; to: Date }): Promise<number> {
  const parameters = new URLSearchParams({
    accountId,
    windowSize: 'DAY',
    from: from.toISOString(),
    to: to.toISOString(),
  });
  const started = performance.now();
  const response = await fetch(`${server.url}/api/v1/meters/${TOKENS_METER}/query?${parameters}`, {
    headers: { authorization: `Bearer ${server.operatorKey}` },
  });
  const text = await response.text();
  const took = performance.now() - started;
  if (response.status !== 200) throw new Error(`The question was answered ${response.status}: ${text}`);
  const { data } = JSON.parse(text) as { data: unknown[] };
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  if (data.length !== days) throw new Error(`${data.length} days were answered, the month has ${days}.`);
  return took;
}

/** The last month that is over, in UTC. */
function lastMonth(now: Date): { from: Date; to: Date } {
  const at = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  return { from: at(-1), to: at(0) };
}
