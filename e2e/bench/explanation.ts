import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { InvoiceView } from '../../server/billing/invoice.types.ts';
import type { Explanation, ExplanationChecks } from '../../server/explanation/explanation.types.ts';
import { Operator } from '../support/people/operator.ts';
import { startBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { SpendSeedQuestion } from './children/spend-seed.ts';
import { median, milliseconds, percentile, rounded } from './figures.ts';
import type { Row } from './report.ts';
import { forgetPeakMemory, peakMemory, residentMemory } from './server-metrics.ts';
import { TOKENS_METER } from './spend-month.ts';

const ACCOUNT = 'acct-explained';
const WARM_UP = 3;
const DAY_MS = 86_400_000;

/** Opens one charge in three tiers, made of all of an account's events, at every level. */
export async function explanation(folder: string, short: boolean): Promise<Row[]> {
  const events = short ? 200_000 : 10_000_000;
  const requests = short ? 5 : 40;
  const dataDir = await mkdtemp(join(folder, 'explanation-'));
  const to = Math.floor(Date.now() / 1000);
  const from = Math.floor((Date.now() - 24 * DAY_MS) / DAY_MS) * (DAY_MS / 1000);
  const seeder = startChild(new URL('./children/spend-seed.ts', import.meta.url));
  try {
    const accounts = [{ id: ACCOUNT, resources: 1_000, events }];
    await seeder.ask<null>({ dataDir, accounts, from, to } satisfies SpendSeedQuestion);
  } finally {
    await seeder.end();
  }
  const server = await startBenchServer(dataDir, randomBytes(24).toString('hex'));
  try {
    const operator = new Operator(server);
    await priceTokens(operator, new Date(from * 1000));
    const under = `/api/v1/accounts/${ACCOUNT}`;
    const invoice = (await operator.request('GET', `${under}/invoices/current`)) as InvoiceView;
    const chargeId = invoice.lines.find(({ priceKey }) => priceKey === 'tokens')?.chargeId ?? '';
    const charge = `${under}/charges/${chargeId}/explanation`;
    const times = async (ask: () => Promise<unknown>, count = requests): Promise<number[]> => {
      const took: number[] = [];
      for (let i = -WARM_UP; i < count; i++) {
        const began = performance.now();
        await ask();
        if (i >= 0) took.push(performance.now() - began);
      }
      return took;
    };
    const get = (path: string) => operator.request('GET', path);
    const first = await times(async () => {
      const { checks } = (await get(charge)) as Explanation;
      if (checks.difference !== '0' || checks.events !== events)
        throw new Error(`The charge does not add up: ${JSON.stringify(checks)}`);
    });
    const pageAt = (share: number) => {
      const at = new Date((from + (to - from) * share) * 1000).toISOString();
      return times(() => get(`${charge}/events?limit=50&from=${at}`));
    };
    const pages = { first: await pageAt(0), middle: await pageAt(0.5), last: await pageAt(0.9999) };
    const frozen = await times(() => operator.request('POST', `${under}/explanation-links`, { chargeId }), 10);
    const { url } = (await operator.request('POST', `${under}/explanation-links`, { chargeId })) as { url: string };
    const opened = await times(async () => {
      const response = await fetch(url);
      if (!(await response.text()).includes('It does not change'))
        throw new Error(`The link answered ${response.status}.`);
    });
    const before = (await residentMemory(server.pid)) ?? 0;
    await forgetPeakMemory(server.pid);
    const began = performance.now();
    const checks = (await get(`${charge}/check`)) as ExplanationChecks;
    const seconds = (performance.now() - began) / 1000;
    const peak = (await peakMemory(server.pid)) ?? 0;
    if (checks.difference !== '0' || checks.events !== events) throw new Error('The events do not add up to the line.');

    const size = events >= 1e6 ? `${events / 1e6} M` : `${events / 1e3} k`;
    const row = (what: string, took: number[], bar: number): Row => {
      const p95 = percentile(took, 0.95);
      const measured = `${milliseconds(p95)} (median ${milliseconds(median(took))})`;
      return { what, measured, bar: `≤ ${bar} ms`, met: p95 <= bar, figures: { p95Ms: p95, p50Ms: median(took) } };
    };
    const slowest = Math.max(...Object.values(pages).map((took) => percentile(took, 0.95)));
    const ratio = slowest / percentile(pages.first, 0.95);
    return [
      row(`explanation's first view, charge of ${size} events, p95`, first, 200),
      ...Object.entries(pages).map(([name, took]) => row(`its ${name} page of events, p95`, took, 200)),
      {
        what: 'the slowest of those / the first',
        measured: ratio.toFixed(2),
        bar: '≤ 1.5',
        met: ratio <= 1.5,
        figures: { ratio },
      },
      {
        what: `check of all ${size} events, one by one`,
        measured: `${rounded(seconds)} s, ${Math.round((peak - before) / 1e6)} MB above ${Math.round(before / 1e6)} MB`,
        bar: '≤ 10 s',
        met: seconds <= 10,
        figures: { seconds, before, peak },
      },
      row('freezing a link, p95', frozen, 500),
      row('opening a frozen link, p95', opened, 250),
    ];
  } finally {
    await server.kill();
  }
}

async function priceTokens(operator: Operator, from: Date): Promise<void> {
  const tiers = [
    { upTo: '1000000', unitAmount: '0.000015' },
    { upTo: '100000000', unitAmount: '0.00001' },
    { upTo: null, unitAmount: '0.0000075' },
  ];
  const price = { key: 'tokens', meter: TOKENS_METER, description: 'Tokens', model: 'graduated', tiers };
  const version = { effectiveFrom: from.toISOString(), currency: 'USD', prices: [price] };
  await operator.request('POST', '/api/v1/rate-cards/explained/versions', version);
  await operator.request('PUT', `/api/v1/accounts/${ACCOUNT}/rate-card`, { key: 'explained', discountPercent: '5' });
}
