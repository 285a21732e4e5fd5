import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startFreshBenchServer } from './bench-server.ts';
import { startChild } from './child.ts';
import type { RawInsertAnswer, RawInsertQuestion } from './children/raw-insert.ts';
import { median, rounded } from './figures.ts';
import { batchJson } from './inference-events.ts';
import { createPoster } from './post.ts';
import type { Row } from './report.ts';
import { serverMetric, untilRolled } from './server-metrics.ts';

const CONNECTIONS = 8;
const BATCH = 1_000;
/** What the server gathers into one insert when eight such requests wait. */
const RAW_BATCH = CONNECTIONS * BATCH;
/** The account's name decides the keys of the raw rows only; it has no influence on speed. */
const RAW_ACCOUNT = 'acct-raw';

/** Acknowledged batches against inserting the same rows straight into the engine, turn by turn so that a machine's drift cancels. */
export async function ingest(folder: string, short: boolean): Promise<Row[]> {
  const events = short ? 48_000 : 160_000;
  const rounds = short ? 2 : 4;
  const server = await startFreshBenchServer(folder);
  const raw = startChild(new URL('./children/raw-insert.ts', import.meta.url));
  try {
    const key = await server.operator.createKey(server.account);
    await raw.ask<null>({ do: 'open', dataDir: await mkdtemp(join(folder, 'raw-')) } satisfies RawInsertQuestion);
    const acknowledged: number[] = [];
    const inserted: number[] = [];
    let bytes = 0;
    let cpu = 0;
    let rawCpu = 0;
    // The first round warms both up and does not count.
    for (let round = 0; round <= rounds; round++) {
      const series = `ingest ${round}`;
      const count = round === 0 ? Math.floor(events / 3 / RAW_BATCH) * RAW_BATCH : events;
      const time = new Date();
      const bodies: Buffer[] = [];
      for (let at = 0; at < count; at += BATCH) bodies.push(Buffer.from(batchJson(series, at, BATCH, time)));
      bytes = (bodies[0]?.length ?? 0) / BATCH;
      // Connections that were idle since the last round may just be closed by the server.
      const poster = createPoster(server.url, key, CONNECTIONS);
      const cpuBefore = await serverMetric(server, 'process_cpu_seconds_total');
      const started = performance.now();
      await Promise.all(bodies.map((body) => poster.post(body)));
      poster.close();
      if (round > 0) acknowledged.push(count / ((performance.now() - started) / 1000));
      await untilRolled(server, 120_000);
      if (round > 0) cpu += (await serverMetric(server, 'process_cpu_seconds_total')) - cpuBefore;

      await raw.ask<null>({
        do: 'prepare',
        series,
        count,
        time: time.getTime(),
        accountId: RAW_ACCOUNT,
      } satisfies RawInsertQuestion);
      const took = await raw.ask<RawInsertAnswer>({ do: 'insert', batch: RAW_BATCH } satisfies RawInsertQuestion);
      if (round === 0) continue;
      inserted.push(count / took.seconds);
      rawCpu += took.cpuSeconds;
    }
    const rate = median(acknowledged);
    const rawRate = median(inserted);
    const ratio = rate / rawRate;
    return [
      {
        what: `ingest: ${BATCH} × ${Math.round(bytes)} B, ${CONNECTIONS} connections, durable, 3 meters`,
        measured: `${rounded(rate)} events/s`,
        bar: '≥ 30,000 (orientation)',
        met: rate >= 30_000,
        figures: {
          eventsPerSecond: rate,
          rounds: acknowledged,
          eventsPerRound: events,
          bytesPerEvent: bytes,
          // Rolling included: what an event costs, however busy the machine is with other things.
          cpuMicrosPerEvent: (cpu / (events * rounds)) * 1e6,
        },
      },
      {
        what: `the same rows straight into the engine, ${RAW_BATCH.toLocaleString('en')} an insert`,
        measured: `${rounded(rawRate)} rows/s`,
        bar: null,
        met: null,
        figures: {
          rowsPerSecond: rawRate,
          rounds: inserted,
          rowsPerInsert: RAW_BATCH,
          cpuMicrosPerRow: (rawCpu / (events * rounds)) * 1e6,
        },
      },
      {
        what: 'ingest / raw',
        measured: ratio.toFixed(2),
        bar: '≥ 0.5',
        met: ratio >= 0.5,
        figures: { ratio },
      },
    ];
  } finally {
    await raw.end();
    await server.kill();
  }
}
