import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY } from '../../server/domain/instant.ts';
import type { Changes } from '../../server/explanation/why/changes/changes.types.ts';
import { Operator } from '../support/people/operator.ts';
import { cookieOf } from '../support/people/session.ts';
import { startBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { SpendSeedQuestion } from './children/spend-seed.ts';
import { median, milliseconds, percentile } from './figures.ts';
import type { Row } from './report.ts';
import { priceSpend, publishPrices, SHARES } from './spend-month.ts';

const ACCOUNT = 'acct-pages';
const RESOURCES = 1_000;
const WARM_UP = 2;
const DAY_MS = DAY / 1000;
const MONTH_MS = 30 * DAY_MS;

/**
 * Asks for the pages that tell why, of an account with 1,000 resources and a period before, and for the drivers behind them: put
 * together anew each time, and asked for again while they stand.
 */
export async function pages(folder: string, short: boolean): Promise<Row[]> {
  const requests = short ? 5 : 40;
  const dataDir = await mkdtemp(join(folder, 'pages-'));
  const to = Math.floor(Date.now() / 1000);
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const [begin, turn] = [new Date(today - 2 * MONTH_MS), new Date(today - MONTH_MS)];
  const seeder = startChild(new URL('./children/spend-seed.ts', import.meta.url));
  try {
    const accounts = [{ id: ACCOUNT, resources: RESOURCES, events: short ? 200_000 : 2_000_000 }];
    await seeder.ask<null>({ dataDir, accounts, from: begin.getTime() / 1000, to } satisfies SpendSeedQuestion);
  } finally {
    await seeder.end();
  }
  const server = await startBenchServer(dataDir, randomBytes(24).toString('hex'));
  try {
    const operator = new Operator(server);
    await publishPrices(operator, begin);
    await priceSpend(operator, ACCOUNT, (RESOURCES / 10) * SHARES.formations, turn);
    const user = await operator.createUser([{ id: ACCOUNT, name: ACCOUNT }]);
    const cookie = await cookieOf(server.url, user);
    const under = `/api/v1/accounts/${ACCOUNT}`;
    // What tells a later watermark ends the time that an answer stands.
    const later = () => operator.request('GET', `${under}/invoices/current`);
    const page = async (path: string) => {
      const response = await fetch(`${server.url}/accounts/${ACCOUNT}${path}`, { headers: { cookie } });
      const html = await response.text();
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${html.slice(0, 200)}`);
    };
    const spans = new URLSearchParams({
      ...{ from: turn.toISOString(), to: new Date(today).toISOString() },
      ...{ compareFrom: begin.toISOString(), compareTo: turn.toISOString() },
    });
    const drivers = await times(requests, async () => {
      const changes = (await operator.request('GET', `${under}/changes?${spans}`)) as Changes;
      if (changes.drivers.length === 0) throw new Error('Nothing made a difference.');
    });
    const rows = [row(`drivers of 30 days and the 30 before, ${RESOURCES} resources, p95`, drivers, 300)];
    const yesterday = new Date(today - DAY_MS).toISOString().slice(0, 10);
    for (const [name, path] of [
      ['overview', ''],
      ['what changed', '/changes'],
      ['day', `/days/${yesterday}`],
    ] as const) {
      rows.push(row(`${name}, put together anew, p95`, await times(requests, () => page(path), later), null));
      rows.push(row(`${name}, asked for again, p95`, await times(requests, () => page(path)), 150));
    }
    return rows;
  } finally {
    await server.kill();
  }
}

/** Milliseconds of each request, one after another, without what comes before each; the first few are not counted. */
async function times(requests: number, ask: () => Promise<void>, before?: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let i = -WARM_UP; i < requests; i++) {
    await before?.();
    const began = performance.now();
    await ask();
    if (i >= 0) took.push(performance.now() - began);
  }
  return took;
}

function row(what: string, took: readonly number[], barMs: number | null): Row {
  const p95 = percentile(took, 0.95);
  return {
    what,
    measured: `${milliseconds(p95)} (median ${milliseconds(median(took))})`,
    bar: barMs === null ? null : `≤ ${barMs} ms`,
    met: barMs === null ? null : p95 <= barMs,
    figures: { p95Ms: p95, p50Ms: median(took), requests: took.length },
  };
}
