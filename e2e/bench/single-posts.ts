import autocannon from 'autocannon';
import { startFreshBenchServer } from './bench-server.ts';
import { milliseconds, rounded } from './figures.ts';
import { eventJson } from './inference-events.ts';
import type { Row } from './report.ts';

const CONNECTIONS = 64;
/** One key may send 2,000 requests a second; several keep that limit out of the measurement. */
const KEYS = 8;

/** One event a request, over many connections. */
export async function singlePosts(folder: string, short: boolean): Promise<Row[]> {
  const server = await startFreshBenchServer(folder);
  try {
    const keys: string[] = [];
    for (let i = 0; i < KEYS; i++) keys.push(await server.operator.createKey(server.account));
    let number = 0;
    const load = (seconds: number) =>
      autocannon({
        url: server.url,
        connections: CONNECTIONS,
        duration: seconds,
        requests: [
          {
            method: 'POST',
            path: '/api/v1/events',
            setupRequest: (request) => {
              number++;
              return {
                ...request,
                headers: {
                  authorization: `Bearer ${keys[number % KEYS]}`,
                  'content-type': 'application/cloudevents+json',
                },
                body: eventJson('single', number, new Date()),
              };
            },
          },
        ],
      });
    await load(2);
    const result = await load(short ? 5 : 20);
    const failed = result.non2xx + result.errors + result.timeouts;
    if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests were not acknowledged.`);
    const rate = result['2xx'] / result.duration;
    const { p50, p99 } = result.latency;
    return [
      {
        what: `single-event posts, ${CONNECTIONS} connections`,
        measured: `${rounded(rate)} a second`,
        bar: '≥ 1,500 (orientation)',
        met: rate >= 1_500,
        figures: { perSecond: rate, requests: result['2xx'], seconds: result.duration },
      },
      {
        what: 'the same: time to the acknowledgement, p99',
        measured: milliseconds(p99),
        bar: '≤ 100 ms',
        met: p99 <= 100,
        figures: { p50Ms: p50, p99Ms: p99, maxMs: result.latency.max },
      },
    ];
  } finally {
    await server.kill();
  }
}
