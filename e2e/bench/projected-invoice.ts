import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { InvoiceView } from '../../server/billing/invoice.types.ts';
import { Operator } from '../support/people/operator.ts';
import type { RunningServer } from '../support/servers/server.ts';
import { startBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { SpendSeedQuestion } from './children/spend-seed.ts';
import { median, milliseconds, percentile } from './figures.ts';
import type { Row } from './report.ts';
import { peakMemory, residentMemory } from './server-metrics.ts';
import { priceSpend, publishPrices, SHARES } from './spend-month.ts';

const PLAIN = 'acct-plain';
const LARGE = 'acct-large';
const WARM_UP = 5;
const DAY_MS = 86_400_000;

/**
 * Asks for the open period's invoice of an account with 1,000 resources and of one with 20,000: 40 prices with caps,
 * tiers and a discount, and a license that has run out.
 */
export async function projectedInvoice(folder: string, short: boolean): Promise<Row[]> {
  const events = short ? 200_000 : 10_000_000;
  const requests = short ? 10 : 100;
  const dataDir = await mkdtemp(join(folder, 'invoice-'));
  const to = Math.floor(Date.now() / 1000);
  const from = Math.floor((Date.now() - 24 * DAY_MS) / DAY_MS) * (DAY_MS / 1000);
  const accounts = [
    { id: PLAIN, resources: 1_000, events },
    { id: LARGE, resources: 20_000, events },
  ];
  const seeder = startChild(new URL('./children/spend-seed.ts', import.meta.url));
  try {
    await seeder.ask<null>({ dataDir, accounts, from, to } satisfies SpendSeedQuestion);
  } finally {
    await seeder.end();
  }

  const server = await startBenchServer(dataDir, randomBytes(24).toString('hex'));
  try {
    const operator = new Operator(server);
    await publishPrices(operator, new Date(from * 1000));
    for (const { id, resources } of accounts) {
      await priceSpend(operator, id, (resources / 10) * SHARES.formations, new Date(from * 1000));
    }
    const plain = await measure(server, PLAIN, requests);
    const before = (await residentMemory(server.pid)) ?? 0;
    const large = await measure(server, LARGE, Math.ceil(requests / 5));
    const after = (await residentMemory(server.pid)) ?? 0;
    const peak = await peakMemory(server.pid);
    const size = events >= 1e6 ? `${events / 1e6} M` : `${events / 1e3} k`;
    return [
      row(`projected invoice, 1,000 resources, 40 prices, ${size} events, p95`, plain, 150),
      row(`the same with 20,000 resources, p95`, large, 1_500),
      {
        what: 'memory after those, beside before them',
        measured: `${Math.round(after / 1e6)} MB, ${Math.round(before / 1e6)} MB before${peak === null ? '' : `, peak ${Math.round(peak / 1e6)} MB`}`,
        bar: null,
        met: null,
        figures: { before, after, ...(peak === null ? {} : { peak }) },
      },
    ];
  } finally {
    await server.kill();
  }
}

/** Milliseconds of each request, one after another; the first few are not counted. @throws when the invoice does not add up */
async function measure(server: RunningServer, accountId: string, requests: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = -WARM_UP; i < requests; i++) {
    const started = performance.now();
    const response = await fetch(`${server.url}/api/v1/accounts/${accountId}/invoices/current`, {
      headers: { authorization: `Bearer ${server.operatorKey}` },
    });
    const text = await response.text();
    if (i >= 0) took.push(performance.now() - started);
    if (response.status !== 200) throw new Error(`The invoice was answered ${response.status}: ${text}`);
    if (i < 0) check(JSON.parse(text) as InvoiceView);
  }
  return took;
}

function check({ lines, subtotal, unpriced }: InvoiceView): void {
  const cents = lines.reduce((sum, { amount }) => sum + Number.parseInt(amount.replace('.', ''), 10), 0);
  if (cents !== Number.parseInt(subtotal.replace('.', ''), 10))
    throw new Error(`The lines come to ${cents} cents, the subtotal says ${subtotal}.`);
  if (unpriced.length > 0 || new Set(lines.map(({ priceKey }) => priceKey)).size !== 40) {
    throw new Error('Not every price has a line, or some usage has no price.');
  }
}

function row(what: string, took: readonly number[], barMs: number): Row {
  const p95 = percentile(took, 0.95);
  return {
    what,
    measured: `${milliseconds(p95)} (median ${milliseconds(median(took))})`,
    bar: `≤ ${barMs} ms`,
    met: p95 <= barMs,
    figures: { p95Ms: p95, p50Ms: median(took), maxMs: Math.max(...took), requests: took.length },
  };
}
