import type { Logger } from 'pino';
import { type CoverageCheck, createCoverageCheck } from '../jobs/check-coverage.ts';
import type { Roller } from '../metering/roller.ts';
import type { Metrics } from '../metrics.ts';
import type { Rooms } from './rooms.ts';

/** Watches how far the watermark is behind the clock. @returns the same in milliseconds */
export function watchLag(metrics: Metrics, roller: Pick<Roller, 'meteredThrough'>, now: () => Date): () => number {
  const lagMs = () => Math.max(0, now().getTime() - Math.floor(roller.meteredThrough / 1000));
  metrics.watch('plainbill_metering_lag_seconds', 'How far behind the clock the watermark is', () => lagMs() / 1000);
  return lagMs;
}

/** Watches what is told on no invoice, or twice. @returns the check, which somebody must run */
export function watchCoverage(
  metrics: Metrics,
  { spending, invoices }: Pick<Rooms, 'spending' | 'invoices'>,
  { log, onError }: { log: Logger; onError: (error: unknown) => void },
): CoverageCheck {
  const coverage = createCoverageCheck({
    ...{ ...spending, invoices, onError },
    onFault: (fault) => log.error(fault, 'usage is not told exactly once'),
  });
  metrics.watch(
    'plainbill_unbilled_contributions',
    'Contributions on no invoice, draft or correction, nor in an open period',
    coverage.unbilled,
  );
  metrics.watch('plainbill_double_billed_contributions', 'Contributions that are told twice', coverage.doubled);
  return coverage;
}
