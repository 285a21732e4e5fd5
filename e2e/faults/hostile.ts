import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../bench/child.ts';
import type { Acknowledged, SendAnswer, SendQuestion } from '../bench/children/live-sender.ts';
import type { Sighting, ViewQuestion } from '../bench/children/live-viewer.ts';
import { milliseconds, percentile, rounded } from '../bench/figures.ts';
import { batchJson, COUNT_METER, METERS } from '../bench/inference-events.ts';
import { createPoster } from '../bench/post.ts';
import type { Row } from '../bench/report.ts';
import { forgetPeakMemory, peakMemory, serverMetric, untilRolled } from '../bench/server-metrics.ts';
import { pricedMonth } from '../support/invoices/priced-month.ts';
import { Operator, type TestAccount } from '../support/people/operator.ts';
import { cookieOf } from '../support/people/session.ts';
import { type RunningServer, startServer } from '../support/servers/server.ts';
import type { AttackAnswer, AttackQuestion } from './attack.ts';
import type { CustomerAnswer, CustomerQuestion } from './customer.ts';

const EVENTS_PER_SECOND = 500;
const BATCH_EVERY_MS = 100;
const PAGE_EVERY_MS = 1_000;
/** So many minutes of an account that asks for them all. */
const MINUTES = 20_000;

/** What a customer saw during a phase, and what it did to the server. */
interface Phase {
  page: CustomerAnswer;
  /** From an acknowledged event to its number in the socket. */
  shownAfter: number[];
  /** Events that were acknowledged and are not counted; below zero: counted twice. */
  lost: number;
  /** Longest delay of the event loop. */
  longestMs: number;
  memory: number | null;
  attack: AttackAnswer | null;
}

/** What somebody who means harm can do to other customers: the same load, alone and beside theirs. */
export async function hostile(folder: string, short: boolean): Promise<Row[]> {
  const seconds = short ? 20 : 60;
  const server = await startServer({
    dataDir: await mkdtemp(join(folder, 'hostile-')),
    // Everybody comes from addresses of their own, as behind a proxy.
    env: { LOG_LEVEL: 'error', TRUST_PROXY: '1' },
  });
  try {
    const world = await prepare(server);
    const quiet = await phase(server, world, seconds, null);
    const beside = await phase(server, world, seconds, world.attack);
    return rows(quiet, beside);
  } finally {
    await server.kill();
  }
}

interface World {
  account: TestAccount;
  cookie: string;
  key: string;
  attack: Omit<AttackQuestion, 'seconds'>;
}

/** A customer with every kind of charge, and another one who means harm. */
async function prepare(server: RunningServer): Promise<World> {
  const { url } = server;
  const operator = new Operator(server);
  for (const [key, definition] of Object.entries(METERS)) await operator.defineMeter(key, definition);
  const { account } = await pricedMonth(operator, url, new Date());
  const foe = await operator.createAccount();
  await operator.request('POST', '/api/v1/rate-cards/foe/versions', {
    ...{ effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD' },
    prices: [
      {
        key: 'requests',
        meter: COUNT_METER,
        model: 'per_unit',
        unitAmount: '0.01',
        lineBy: ['app'],
        description: 'Requests',
      },
    ],
  });
  await operator.request('PUT', `/api/v1/accounts/${foe.id}/rate-card`, { key: 'foe' });
  const poster = createPoster(url, await operator.createKey(foe), 4);
  const now = Date.now();
  for (let minute = 0; minute < MINUTES; minute += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, i) =>
      batchJson('foe', minute + i, 1, new Date(now - (minute + i) * 60_000)).slice(1, -1),
    );
    await poster.post(Buffer.from(`[${events.join(',')}]`));
  }
  poster.close();
  await untilRolled(server, 120_000);
  const invoice = (await operator.request('GET', `/api/v1/accounts/${foe.id}/invoices/current`)) as {
    lines: { chargeId: string }[];
  };
  const link = (await operator.request('POST', `/api/v1/accounts/${foe.id}/explanation-links`, {
    ...{ chargeId: invoice.lines[0]?.chargeId, expiresIn: '1d', hideNames: false, hidePayloads: false },
  })) as { url: string };
  return {
    account,
    cookie: await cookieOf(url, await operator.createUser([account])),
    key: await operator.createKey(account),
    attack: {
      ...{ url, accountId: foe.id, meter: COUNT_METER, link: new URL(link.url).pathname },
      cookie: await cookieOf(url, await operator.createUser([foe])),
      readKey: await operator.createKey(foe, 'read'),
    },
  };
}

async function phase(
  server: RunningServer,
  { account, cookie, key }: World,
  seconds: number,
  attack: World['attack'] | null,
): Promise<Phase> {
  const { url } = server;
  const children: Child[] = [];
  const child = (file: string) => {
    const started = startChild(new URL(file, import.meta.url));
    children.push(started);
    return started;
  };
  try {
    const viewer = child('../bench/children/live-viewer.ts');
    const watch: ViewQuestion = { do: 'watch', url, cookie, accountId: account.id, meter: COUNT_METER };
    await viewer.ask<null>(watch);
    const before = (await countedSoFar(server, account)) ?? 0;
    await forgetPeakMemory(server.pid);
    await serverMetric(server, 'nodejs_eventloop_lag_max_seconds');
    const [sent, page, attacked] = await Promise.all([
      child('../bench/children/live-sender.ts').ask<SendAnswer>({
        ...{
          url,
          key,
          eventsPerSecond: EVENTS_PER_SECOND,
          everyMs: BATCH_EVERY_MS,
          seconds,
          series: `events ${before}`,
        },
      } satisfies SendQuestion),
      child('./customer.ts').ask<CustomerAnswer>({
        ...{ url, path: `/accounts/${account.id}`, cookie, seconds, everyMs: PAGE_EVERY_MS },
      } satisfies CustomerQuestion),
      attack === null ? null : child('./attack.ts').ask<AttackAnswer>({ ...attack, seconds }),
    ]);
    const longestMs = (await serverMetric(server, 'nodejs_eventloop_lag_max_seconds')) * 1000;
    const memory = await peakMemory(server.pid);
    const count = sent.acknowledged.at(-1)?.count ?? 0;
    const counted = await untilCounted(server, account, before + count);
    const lost = before + count - counted;
    const sightings = await viewer.ask<Sighting[]>({ do: 'stop' } satisfies ViewQuestion);
    const shownAfter = delays(sent.acknowledged, sightings, before);
    return { page, shownAfter, lost, longestMs, memory, attack: attacked };
  } finally {
    await Promise.all(children.map((each) => each.end()));
  }
}

async function countedSoFar(server: RunningServer, account: TestAccount): Promise<number | null> {
  const path = `/api/v1/meters/${COUNT_METER}/query?accountId=${account.id}`;
  const { data } = (await new Operator(server).request('GET', path)) as { data: { value: number }[] };
  return data[0]?.value ?? null;
}

async function untilCounted(server: RunningServer, account: TestAccount, expected: number): Promise<number> {
  await untilRolled(server, 60_000);
  for (let tries = 0; ; tries++) {
    const counted = (await countedSoFar(server, account)) ?? 0;
    if (counted >= expected || tries === 50) return counted;
    await new Promise((later) => setTimeout(later, 200));
  }
}

/** For each batch the time until a number was shown that includes it; a batch that never was shown counts as for ever. */
function delays(acknowledged: readonly Acknowledged[], sightings: readonly Sighting[], before: number): number[] {
  let next = 0;
  return acknowledged.map(({ at, count }) => {
    while ((sightings[next]?.count ?? Number.POSITIVE_INFINITY) < before + count) next++;
    const shown = sightings[next];
    return shown === undefined ? Number.POSITIVE_INFINITY : Math.max(0, shown.at - at);
  });
}

function rows(quiet: Phase, beside: Phase): Row[] {
  const [pageQuiet, pageBeside] = [quiet, beside].map(({ page }) => percentile(page.took, 0.95)) as [number, number];
  const fresh = percentile(beside.shownAfter, 0.99);
  const refused = beside.page.refused.length + quiet.page.refused.length;
  const megabytes = (bytes: number | null) => (bytes === null ? 'not told' : `${rounded(bytes / 1e6)} MB`);
  const answers = Object.entries(beside.attack ?? {}).map(
    ([kind, statuses]) =>
      `${kind} ${Object.entries(statuses)
        .map(([status, count]) => `${status} × ${count}`)
        .join(', ')}`,
  );
  return [
    {
      what: "another customer's overview, p95, quiet and beside hostile load",
      measured: `${milliseconds(pageQuiet)}, ${milliseconds(pageBeside)}`,
      bar: '≤ 2 × quiet',
      met: pageBeside <= 2 * pageQuiet,
      figures: { quietMs: pageQuiet, besideMs: pageBeside, pages: beside.page.took.length },
    },
    {
      what: 'of them refused',
      measured: rounded(refused),
      bar: '0',
      met: refused === 0,
      figures: { refused },
    },
    {
      what: 'event accepted → number in the socket, p99, quiet and beside',
      measured: `${milliseconds(percentile(quiet.shownAfter, 0.99))}, ${milliseconds(fresh)}`,
      bar: '≤ 2,000 ms',
      met: fresh <= 2_000,
      figures: { besideMs: fresh, batches: beside.shownAfter.length },
    },
    {
      what: 'longest delay of the event loop, quiet and beside',
      measured: `${milliseconds(quiet.longestMs)}, ${milliseconds(beside.longestMs)}`,
      bar: '≤ quiet + 50 ms',
      met: beside.longestMs <= quiet.longestMs + 50,
      figures: { quietMs: quiet.longestMs, besideMs: beside.longestMs },
    },
    {
      what: 'memory, peak resident, quiet and beside',
      measured: `${megabytes(quiet.memory)}, ${megabytes(beside.memory)}`,
      bar: '≤ 1.5 × quiet',
      met: quiet.memory === null || beside.memory === null ? null : beside.memory <= 1.5 * quiet.memory,
      figures: { quietBytes: quiet.memory ?? 0, besideBytes: beside.memory ?? 0 },
    },
    {
      what: 'acknowledged events that were lost',
      measured: rounded(beside.lost),
      bar: '0',
      met: quiet.lost === 0 && beside.lost === 0,
      figures: { lost: beside.lost, lostQuiet: quiet.lost },
    },
    { what: 'what was hostile got', measured: answers.join('; '), bar: null, met: null, figures: {} },
  ];
}
