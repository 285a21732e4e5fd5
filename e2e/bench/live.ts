import { setTimeout as sleep } from 'node:timers/promises';
import type { TestUser } from '../support/people/operator.ts';
import { startFreshBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { Acknowledged, SendAnswer, SendQuestion } from './children/live-sender.ts';
import type { Sighting, ViewQuestion } from './children/live-viewer.ts';
import { milliseconds, percentile, rounded } from './figures.ts';
import { COUNT_METER } from './inference-events.ts';
import type { Row } from './report.ts';
import { forgetPeakMemory, peakMemory, serverMetric, untilRolled } from './server-metrics.ts';

const EVENTS_PER_SECOND = 5_000;

/** From an accepted event to the number in a browser's socket, and what that load does to the server. */
export async function live(folder: string, short: boolean): Promise<Row[]> {
  const seconds = short ? 10 : 60;
  const server = await startFreshBenchServer(folder);
  const viewer = startChild(new URL('./children/live-viewer.ts', import.meta.url));
  const sender = startChild(new URL('./children/live-sender.ts', import.meta.url));
  try {
    const { url, operator, account } = server;
    const cookie = await signIn(url, await operator.createUser([account]));
    const key = await operator.createKey(account);
    await viewer.ask<null>({
      do: 'watch',
      url,
      cookie,
      accountId: account.id,
      meter: COUNT_METER,
    } satisfies ViewQuestion);
    // The server counts event-loop delay anew from each reading, so the next one covers exactly the load.
    await serverMetric(server, 'nodejs_eventloop_lag_p99_seconds');
    const memoryAtStart = await peakMemory(server.pid);
    await forgetPeakMemory(server.pid);
    const { acknowledged, rate } = await sender.ask<SendAnswer>({
      url,
      key,
      eventsPerSecond: EVENTS_PER_SECOND,
      seconds,
      everyMs: 20,
      series: 'live',
    } satisfies SendQuestion);
    const delay = (await serverMetric(server, 'nodejs_eventloop_lag_p99_seconds')) * 1000;
    const memory = await peakMemory(server.pid);
    await untilRolled(server, 60_000);
    await sleep(2_000);
    const sightings = await viewer.ask<Sighting[]>({ do: 'stop' } satisfies ViewQuestion);
    const sent = acknowledged.at(-1)?.count ?? 0;
    const shown = sightings.at(-1)?.count ?? 0;
    if (shown !== sent) throw new Error(`${sent} events were acknowledged, ${shown} are shown.`);

    const latencies = delays(acknowledged, sightings);
    const shownAfter = latencies.map(({ sinceAccepted }) => sinceAccepted);
    const p50 = percentile(shownAfter, 0.5);
    const p99 = percentile(shownAfter, 0.99);
    // A load that the machine could not send says nothing about the bars, however good the numbers are.
    const full = rate >= EVENTS_PER_SECOND * 0.98;
    const sinceSent = latencies.map((latency) => latency.sinceSent);
    const load = `at ${full ? '' : 'only '}${rounded(rate)} events/s for ${seconds} s`;
    return [
      {
        what: `event accepted → number in the socket, ${load}, p50`,
        measured: milliseconds(p50),
        bar: '≤ 500 ms',
        met: full && p50 <= 500,
        figures: {
          p50Ms: p50,
          batches: latencies.length,
          updates: sightings.length,
          eventsPerSecond: rate,
        },
      },
      {
        what: 'the same, p99',
        measured: milliseconds(p99),
        bar: '≤ 1,500 ms',
        met: full && p99 <= 1_500,
        figures: { p99Ms: p99, maxMs: Math.max(...shownAfter) },
      },
      {
        // An overloaded server acknowledges late, which the two above do not show.
        what: 'the same from sending, acknowledgement included, p50 and p99',
        measured: `${milliseconds(percentile(sinceSent, 0.5))}, ${milliseconds(percentile(sinceSent, 0.99))}`,
        bar: null,
        met: null,
        figures: {
          p50Ms: percentile(sinceSent, 0.5),
          p99Ms: percentile(sinceSent, 0.99),
          maxMs: Math.max(...sinceSent),
        },
      },
      {
        what: 'event-loop delay under that load, p99 of all of it',
        measured: milliseconds(delay),
        bar: '≤ 50 ms',
        met: full && delay <= 50,
        figures: { p99Ms: delay },
      },
      {
        what: 'memory under that load, peak resident',
        measured: memory === null ? 'not told by this system' : `${rounded(memory / 1e6)} MB`,
        bar: '≤ 1,200 MB',
        met: memory === null ? null : full && memory <= 1.2e9,
        figures: memory === null ? {} : { bytes: memory },
      },
      {
        // The embedded database makes its directory then, which takes more than any load.
        what: 'memory before that load: starting on an empty store, peak resident',
        measured: memoryAtStart === null ? 'not told by this system' : `${rounded(memoryAtStart / 1e6)} MB`,
        bar: null,
        met: null,
        figures: memoryAtStart === null ? {} : { bytes: memoryAtStart },
      },
    ];
  } finally {
    await Promise.all([viewer.end(), sender.end()]);
    await server.kill();
  }
}

/** For each batch the time until a number was shown that includes it. @throws when one never was */
function delays(acknowledged: readonly Acknowledged[], sightings: readonly Sighting[]) {
  let next = 0;
  return acknowledged.map(({ sentAt, at, count }) => {
    while ((sightings[next]?.count ?? Number.POSITIVE_INFINITY) < count) next++;
    const shown = sightings[next];
    if (shown === undefined) throw new Error(`The count ${count} was never shown.`);
    // The number may arrive before the acknowledgement does.
    return { sinceAccepted: Math.max(0, shown.at - at), sinceSent: shown.at - sentAt };
  });
}

/** Signs in as the form does without JavaScript. @returns the Cookie header */
async function signIn(url: string, { email, password }: TestUser): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ email, password, redirectTo: '/' }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`Signing in was answered ${response.status} without a cookie.`);
  return cookie.split(';', 1)[0] ?? '';
}
