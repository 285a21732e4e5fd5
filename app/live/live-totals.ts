import type { LiveSnapshot } from '#server/realtime/contract.ts';
import type { MeterTotal, UsagePage } from '#server/usage/usage.types.ts';

/** What the meters stand at and through when; always of one watermark, never mixed. */
export interface Totals {
  meters: MeterTotal[];
  meteredThrough: string;
}

/** The newer of what the page was loaded with and what the socket said since; a snapshot of another period is not taken. */
export function totalsOf(
  page: Pick<UsagePage, 'period' | 'meters' | 'meteredThrough'>,
  snapshot: LiveSnapshot | null,
): Totals {
  const newer =
    snapshot !== null &&
    snapshot.period.key === page.period.key &&
    Date.parse(snapshot.meteredThrough) >= Date.parse(page.meteredThrough);
  return newer
    ? { meters: snapshot.meters, meteredThrough: snapshot.meteredThrough }
    : { meters: page.meters, meteredThrough: page.meteredThrough };
}
