import { setTimeout as sleep } from 'node:timers/promises';
import { createChargesReader } from '../billing/account-charges.ts';
import { createInvoices } from '../billing/invoices/invoices.ts';
import { microsOf } from '../domain/instant.ts';
import { closePeriods } from '../jobs/close-periods.ts';
import type { Measuring } from '../measuring.ts';
import { readingsAt } from '../metering/watermark.ts';
import type { Stores } from '../stores.ts';

const LOOK_EVERY_MS = 20;

/**
 * Closes periods while history is written, as the server's own job would have at that instant: the same job with the clock
 * of then, so that invoices are final, credits drawn and lapsed, and what arrives later is late.
 */
export function createHistoryClosing({ stores, measuring }: { stores: Stores; measuring: Measuring }) {
  const { registry, roller } = measuring;
  const { database, measurements: store } = stores;
  const charges = createChargesReader(store, registry);
  return async (at: Date, lastReceived: Date): Promise<void> => {
    while (roller.meteredThrough < microsOf(lastReceived)) await sleep(LOOK_EVERY_MS);
    const meteredThrough = () => microsOf(at);
    const clock = { now: () => at, readings: readingsAt(meteredThrough) };
    const deps = { database, store, registry, charges, ...clock };
    await closePeriods({
      ...{ ...deps, meteredThrough },
      invoices: createInvoices(deps),
      onError: (error) => {
        throw error;
      },
    });
  };
}
