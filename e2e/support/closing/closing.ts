import { createChargesReader } from '../../../server/billing/account-charges.ts';
import { createInvoices } from '../../../server/billing/invoices/invoices.ts';
import { activeMeters } from '../../../server/database/prices/meters.ts';
import type { ClosingDeps } from '../../../server/jobs/close-periods.ts';
import { MeterRegistry } from '../../../server/metering/registry.ts';
import { readingsAt } from '../../../server/metering/watermark.ts';
import type { Stores } from '../../../server/stores.ts';

/** What closing periods takes, over open stores and as of an instant; what fails is thrown. */
export async function closingParts(
  { database, measurements }: Pick<Stores, 'database' | 'measurements'>,
  asOf: Date,
  meteredThrough = () => asOf.getTime() * 1000,
): Promise<ClosingDeps> {
  const registry = new MeterRegistry(
    () => activeMeters(database.queries) as ReturnType<ConstructorParameters<typeof MeterRegistry>[0]>,
  );
  await registry.reload();
  const shared = {
    database,
    store: measurements,
    registry,
    meteredThrough,
    readings: readingsAt(meteredThrough),
    now: () => asOf,
  };
  const invoices = createInvoices({ ...shared, charges: createChargesReader(measurements, registry) });
  return {
    ...shared,
    invoices,
    onError: (error) => {
      throw error;
    },
  };
}
