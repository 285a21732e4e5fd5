import type { Queries } from '../../database/database.types.ts';
import { finalsEndingAfter } from '../../database/invoices/invoices.ts';
import type { StoredNow } from '../../ingest/ingest-service.ts';

/** Says `late` on the receipts of events whose period's invoice was final, and rests on what was received before them. */
export async function tellLate(queries: Queries, stored: readonly StoredNow[]): Promise<void> {
  if (stored.length === 0) return;
  const earliest = stored.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const finals = await finalsEndingAfter(queries, [...new Set(stored.map(({ accountId }) => accountId))], earliest);
  for (const { receipt, accountId, time, receivedAt } of finals.size === 0 ? [] : stored) {
    const isIn = ({ period }: { period: { from: number; to: number } }) => period.from <= time && time < period.to;
    const final = finals.get(accountId)?.find(isIn);
    if (final !== undefined && receivedAt > final.meteredThroughMicros) receipt.status = 'late';
  }
}
