import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/services/invoice.types.ts';
import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import { paths } from '../../paths.ts';
import { ChargeLink } from '../../spend/charge-link.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';

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
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">Charge</th>
              <th scope="col" className="n">
                {invoice.currency}
              </th>
            </tr>
          </thead>
          <tbody>
            {top.map((line) => (
              <tr key={line.chargeId}>
                <th scope="row" className="break-anywhere">
                  <ChargeName line={line} />
                </th>
                <td className="n">
                  <ChargeLink accountId={account.id} invoiceId={invoice.id} line={line} of={invoice} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
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
