import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/services/invoice.types.ts';
import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import { paths } from '../../paths.ts';
import { ChargeTable } from '../../spend/charge-table.tsx';

/** The largest charges of the month, each leading to what is behind it. */
export function TopCharges({ page, invoice }: { page: OverviewPage; invoice: InvoiceView }) {
  const { account, top } = page;
  return (
    <section className="card" aria-labelledby="top">
      <h2 id="top" className="mb-2">
        Largest charges
      </h2>
      {top.length === 0 ? (
        <p className="text-ink-2">Nothing has been charged this month so far.</p>
      ) : (
        <ChargeTable accountId={account.id} invoiceId={invoice.id} lines={top} of={invoice} />
      )}
      {invoice.lines.length > top.length && (
        <p className="mt-2 text-fine">
          <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
            All {invoice.lines.length} charges of this month
          </Link>
        </p>
      )}
    </section>
  );
}
