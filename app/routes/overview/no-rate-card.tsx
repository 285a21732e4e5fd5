import { Link } from '@remix-run/react';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { paths } from '../../paths.ts';

/** An account nobody has set prices for. */
export function NoRateCard({ account }: Pick<OverviewPage, 'account'>) {
  return (
    <>
      <h1 className="mb-4">Overview</h1>
      <section className="card flex flex-col gap-3" aria-labelledby="no-prices">
        <h2 id="no-prices" className="text-lead">
          No prices yet
        </h2>
        <p className="max-w-150 text-ink-2">
          {account.name} is on no rate card, so nothing it uses is charged. That is not a bill of zero: once whoever
          operates Plainbill sets a rate card, the usage of this month is priced from its first day on.
        </p>
        <p>
          <Link className="text-link" to={paths.usage(account.id)}>
            See what was used
          </Link>
        </p>
      </section>
    </>
  );
}
