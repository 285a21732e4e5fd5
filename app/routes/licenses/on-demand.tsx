import type { LicensesPage } from '#server/services/spend-pages.types.ts';
import { ChargeLink } from '../../spend/charge-link.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';

/** The charges no license has anything to do with. */
export function OnDemand({ page }: { page: LicensesPage }) {
  const { account, period, onDemand } = page;
  return (
    <section className="card" aria-labelledby="on-demand">
      <h2 id="on-demand" className="mb-2">
        Used without a license
      </h2>
      {onDemand.length === 0 ? (
        <p className="text-ink-2">
          {page.licenses.length === 0 ? 'Nothing is charged this month.' : 'Every charge of this month has a license.'}
        </p>
      ) : (
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">Charge</th>
              <th scope="col" className="n">
                {page.currency}
              </th>
            </tr>
          </thead>
          <tbody>
            {onDemand.map((line) => (
              <tr key={line.chargeId}>
                <th scope="row" className="break-anywhere">
                  <ChargeName line={line} />
                </th>
                <td className="n">
                  <ChargeLink accountId={account.id} invoiceId={invoiceIdOf(period)} line={line} of={page} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The invoice of the page's month, however far it has come. */
export function invoiceIdOf(period: LicensesPage['period']): string {
  return period.open ? 'current' : period.key;
}
