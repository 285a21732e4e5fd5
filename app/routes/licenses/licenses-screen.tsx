import { Link } from '@remix-run/react';
import type { LicensesPage } from '#server/services/spend-pages.types.ts';
import { moneyText } from '../../format/money.ts';
import { momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { lineName } from '../../spend/line-name.ts';
import { LicenseCard } from './license-card.tsx';

/** Consumption against what was bought. */
export function LicensesScreen({ page, asOf }: { page: LicensesPage; asOf: string }) {
  const { account, period } = page;
  return (
    <>
      <nav aria-label="Billing period" className="mb-5 flex flex-wrap items-center gap-3">
        <span className="font-semibold">{monthText(period.key)}</span>
        <Link className="text-link" to={paths.licenses(account.id, period.previous)}>
          {monthText(period.previous)}
        </Link>
        {period.next && (
          <Link className="text-link" to={paths.licenses(account.id, period.next)}>
            {monthText(period.next)}
          </Link>
        )}
      </nav>
      <h1 className="mb-4">Licenses</h1>
      <div className="grid gap-4">
        {page.licenses.length === 0 && (
          <p className="card text-ink-2">
            {account.name} has no license in {monthText(period.key)}: everything it uses is charged on demand.
          </p>
        )}
        {page.licenses.map((license) => (
          <LicenseCard key={license.id} license={license} page={page} asOf={asOf} />
        ))}
        <section className="card" aria-labelledby="on-demand">
          <h2 id="on-demand" className="mb-2">
            Used without a license
          </h2>
          {page.onDemand.length === 0 ? (
            <p className="text-ink-2">Every charge of this month belongs to a license.</p>
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
                {page.onDemand.map((line) => (
                  <tr key={line.chargeId}>
                    <th scope="row" className="break-anywhere">
                      {line.description} <span className="text-ink-3">{lineName(line)}</span>
                    </th>
                    <td className="n">
                      <Link
                        className="text-link"
                        to={paths.invoice(account.id, period.open ? 'current' : period.key, line.chargeId)}
                      >
                        {moneyText(line.amount, page)}
                      </Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <p className="mt-2 text-fine text-ink-3">
            Metered through {momentText(page.meteredThrough, account.timeZone, asOf)}.
          </p>
        </section>
      </div>
    </>
  );
}
