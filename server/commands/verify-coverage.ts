import { createChargesReader } from '../billing/account-charges.ts';
import { type Coverage, coverageOf } from '../billing/coverage/coverage.ts';
import { createInvoices } from '../billing/invoices/invoices.ts';
import { listAccounts } from '../database/accounts/accounts.ts';
import type { Measuring } from '../measuring.ts';
import { readingsAt } from '../metering/watermark.ts';
import type { Stores } from '../stores.ts';

const ACCOUNTS_AT_ONCE = 100;

/** Whether everything that was measured is told exactly once, of every account; over stores that nobody changes meanwhile. */
export async function verifyCoverage(
  { database, measurements }: Pick<Stores, 'database' | 'measurements'>,
  { registry, watermark }: Pick<Measuring, 'registry' | 'watermark'>,
): Promise<Coverage> {
  const charges = createChargesReader(measurements, registry);
  const readings = readingsAt(() => watermark.meteredThrough);
  const now = () => new Date();
  const shared = { database, store: measurements, registry, charges, readings, now };
  const parts = { ...shared, invoices: createInvoices(shared) };
  const all: Coverage = { contributions: 0, faults: [] };
  for (let after: string | null = null; ; ) {
    const accounts = await listAccounts(database.queries, { after, limit: ACCOUNTS_AT_ONCE });
    for (const { id } of accounts) {
      const { contributions, faults } = await coverageOf(parts, id);
      all.contributions += contributions;
      all.faults.push(...faults);
    }
    after = accounts.at(-1)?.id ?? null;
    if (accounts.length < ACCOUNTS_AT_ONCE) return all;
  }
}
