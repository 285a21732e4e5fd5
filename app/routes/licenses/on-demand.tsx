import type { LicensesPage } from '#server/pages/spend-pages.types.ts';
import { ChargeTable } from '../../spend/charge-table.tsx';

/** The charges no license has anything to do with. */
export function OnDemand({ page }: { page: LicensesPage }) {
  const { account, onDemand } = page;
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
        <ChargeTable accountId={account.id} lines={onDemand} of={page} />
      )}
    </section>
  );
}

/** The invoice of the page's month, however far it has come. */
export function invoiceIdOf(period: LicensesPage['period']): string {
  return period.open ? 'current' : period.key;
}
