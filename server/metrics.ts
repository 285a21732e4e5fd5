import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { QueryObserver } from '../clickhouse/index.ts';

/** What the server measures of itself, for a scraper at /metrics. */
export interface Metrics {
  registry: Registry;
  onQuery: QueryObserver;
  accepted: (events: number) => void;
  /** Read at each scrape. */
  watch: (name: string, help: string, read: () => number) => void;
}

/** Metrics for Prometheus, with those of the process; names begin with `plainbill_`. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const queries = new Histogram({
    name: 'plainbill_clickhouse_seconds',
    help: 'Time of statements to ClickHouse, by name',
    labelNames: ['query', 'ok'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  const accepted = new Counter({
    name: 'plainbill_events_accepted_total',
    help: 'Usage events stored since the start',
    registers: [registry],
  });
  return {
    registry,
    onQuery: ({ name, seconds, ok }) => queries.observe({ query: name, ok: String(ok) }, seconds),
    accepted: (events) => accepted.inc(events),
    watch: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
  };
}
