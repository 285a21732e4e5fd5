import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import { ChartPatterns } from '../../chart/chart-patterns.tsx';
import { momentText, monthText } from '../../format/time.ts';
import { Unpriced } from '../../spend/unpriced.tsx';
import { GroupTable } from './group-table.tsx';
import { Headline } from './headline.tsx';
import { NoRateCard } from './no-rate-card.tsx';
import { SpendDays } from './spend-days.tsx';
import { TopCharges } from './top-charges.tsx';

/** What this month costs so far, where it is heading, and where it goes. */
export function OverviewScreen({ page, asOf }: { page: OverviewPage; asOf: string }) {
  const { account, invoice, days } = page;
  if (invoice === null) return <NoRateCard account={account} />;
  const moment = momentText(invoice.meteredThrough, account.timeZone, asOf);
  const today = days.findIndex(({ state }) => state === 'running') + 1;
  return (
    <>
      <ChartPatterns />
      <div className="mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p>
          <span className="font-semibold">{monthText(invoice.period.key)}</span>
          {today > 0 && (
            <span className="ml-2 text-ink-2">
              day {today} of {days.length}
            </span>
          )}
        </p>
        <p className="text-fine text-ink-2">
          Metered through{' '}
          <time dateTime={invoice.meteredThrough} title={invoice.meteredThrough}>
            {moment}
          </time>
        </p>
      </div>
      <Headline page={page} invoice={invoice} />
      <div className="spend-grid">
        <div className="spend-column">
          <SpendDays page={page} of={invoice} />
          <GroupTable page={page} invoice={invoice} moment={moment} />
        </div>
        <div className="spend-column">
          <TopCharges page={page} invoice={invoice} />
          <Unpriced usage={invoice.unpriced} />
        </div>
      </div>
    </>
  );
}
