import { Link } from '@remix-run/react';
import type { ShownInvoice } from '../../live/live-invoice.ts';
import { paths } from '../../paths.ts';
import { ChargeTable } from '../../spend/charge-table.tsx';

/** The largest charges of the month, each leading to what is behind it; what runs moves between readings. */
export function TopCharges({
  accountId,
  invoice,
  top,
  charges,
}: Omit<ShownInvoice, 'risesAMinute'> & { accountId: string }) {
  return (
    <section className="card" aria-labelledby="top">
      <h2 id="top" className="mb-2">
        Largest charges
      </h2>
      {top.length === 0 ? (
        <p className="text-ink-2">Nothing has been charged this month so far.</p>
      ) : (
        <ChargeTable accountId={accountId} lines={top} of={invoice} />
      )}
      {charges > top.length && (
        <p className="mt-2 text-fine">
          <Link className="text-link" to={paths.invoice(accountId, invoice.id)}>
            All {charges} charges of this month
          </Link>
        </p>
      )}
    </section>
  );
}
