import type { BillingPeriod } from '../domain/billing-period.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import type { Span } from './charge-gathering.ts';
import type { Pricing } from './pricing.ts';

/** How finely usage had to be read until it was known where licenses ran out. */
export interface Fineness {
  /** What was read event by event. */
  windows: readonly Span[];
  /** Keys of prices whose usage was read by the events that changed it. */
  inChanges: ReadonlySet<string>;
}

/** Of which account and period, as it is or was known once. */
interface Period {
  pricing: Pricing;
  period: BillingPeriod;
  meters?: readonly RegisteredMeter[];
}

/** Periods of accounts, the last asked for: each is a few words. */
const MOST_PERIODS = 10_000;
/** A license that ran out elsewhere each time leaves a window each time: beyond so many the last reading's own will do. */
const MOST_WINDOWS = 32;

/**
 * How finely each period was read last. Reading it so at once comes to the same, and spares the coarser readings before: where licenses run
 * out hardly ever moves.
 */
export class KnownFineness {
  private readonly known = new Map<string, Fineness>();

  of(asked: Period): Fineness | undefined {
    return this.known.get(nameOf(asked));
  }

  /** Keeps how finely a period was read in the end, of a question for all of its charges. */
  keep(asked: Period, { windows, inChanges }: Fineness): void {
    const name = nameOf(asked);
    this.known.delete(name);
    if (windows.length === 0 && inChanges.size === 0) return;
    this.known.set(name, { windows: windows.slice(-MOST_WINDOWS), inChanges });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MOST_PERIODS) break;
      this.known.delete(oldest);
    }
  }
}

/** As it was known once, or with other licenses, it ran out elsewhere; without any nothing has to be read finely any more. */
function nameOf({ pricing, period, meters }: Period): string {
  const licenses = pricing.licenses.map(({ id, version }) => [id, version]);
  return JSON.stringify([pricing.account.id, period.key, meters?.[0]?.asOf ?? null, licenses]);
}
