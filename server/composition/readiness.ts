import type { ClickHouse } from '../../clickhouse/index.ts';
import { atMostEvery } from '../fairness/at-most-every.ts';
import type { Readiness } from '../http.ts';
import type { Stores } from '../stores.ts';

/** Whoever asks whether the server is ready need not say who they are: the stores are not asked more often. */
const READY_MS = 250;

/** What is missing before the server can answer, in words; nothing once it can. */
export function createReadiness(
  measurements: Pick<ClickHouse, 'ping'>,
  database: Stores['database'],
  roller: { ready: boolean },
): Readiness {
  return atMostEvery(READY_MS, async () => {
    const missing: string[] = [];
    const check = (name: string, ping: Promise<void>) => ping.catch(() => void missing.push(`${name} does not answer`));
    await Promise.all([check('ClickHouse', measurements.ping()), check('the database', database.ping())]);
    if (!roller.ready) missing.push('usage is being rolled');
    return missing;
  });
}
