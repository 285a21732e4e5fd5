import { Link } from '@remix-run/react';
import type { LicensesPage } from '#server/pages/spend-pages.types.ts';
import { ChartPatterns } from '../../chart/chart-patterns.tsx';
import { momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { PeriodNav } from '../../spend/period-nav.tsx';
import { Included } from './included.tsx';
import { LicenseCard } from './license-card.tsx';
import { OnDemand } from './on-demand.tsx';

/** Consumption against what was bought. */
export function LicensesScreen({ page, loadedAt }: { page: LicensesPage; loadedAt: string }) {
  const { account, period, licenses } = page;
  return (
    <>
      <ChartPatterns />
      <div className="mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <PeriodNav period={period} to={(key) => paths.licenses(account.id, key)} />
        <p className="text-fine text-ink-2">
          Metered through{' '}
          <time dateTime={page.meteredThrough} title={page.meteredThrough}>
            {momentText(page.meteredThrough, account.timeZone, loadedAt)}
          </time>
        </p>
      </div>
      <div className="mb-4 flex items-center gap-2">
        <h1>Licenses</h1>
        {period.open && <span className="tag tag-open">so far, estimated</span>}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {licenses.length === 0 && (
          <section className="card flex flex-col gap-3" aria-labelledby="no-license">
            <h2 id="no-license" className="text-lead">
              No license in {monthText(period.key)}
            </h2>
            <p className="max-w-150 text-ink-2">
              {account.name} has bought nothing in advance for this month, so everything it uses is charged on demand.
            </p>
            <p>
              <Link className="text-link" to={paths.usage(account.id, { period: period.key })}>
                See what was used
              </Link>
            </p>
          </section>
        )}
        {licenses.map((license) => (
          <LicenseCard key={license.id} license={license} page={page} loadedAt={loadedAt} />
        ))}
        <Included page={page} loadedAt={loadedAt} />
        <OnDemand page={page} />
      </div>
    </>
  );
}
