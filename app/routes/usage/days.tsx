import { Link } from '@remix-run/react';
import type { UsagePage } from '#server/usage/usage.types.ts';
import { monthText } from '../../format/time.ts';
import { paths, type UsageChoice } from '../../paths.ts';
import { DayChart } from './day-chart.tsx';
import { DayTable } from './day-table.tsx';
import { dimensionName } from './words.ts';

interface DaysProps {
  page: UsagePage;
  chosen: NonNullable<UsagePage['chosen']>;
  choice: UsageChoice;
  loadedAt: string;
}

/** The chosen meter by day: a chart or its table on screen, both in print. */
export function Days({ page, chosen, choice, loadedAt }: DaysProps) {
  const { meter, groupBy } = chosen;
  const view = choice.view ?? 'chart';
  const to = (change: UsageChoice) => paths.usage(page.account.id, { ...choice, ...change });
  return (
    <>
      <section className={view === 'chart' ? 'card' : 'card screen-hidden'} aria-labelledby="days">
        <DaysHead id="days" title="By day" view={view} to={to} meter={meter} groupBy={groupBy} />
        {meter.quantity === null ? (
          <p className="py-8 text-ink-2">
            No {meter.unit} of “{meter.description}” were metered in {monthText(page.period.key)}. Other meters have
            usage.
          </p>
        ) : (
          <DayChart chosen={chosen} period={page.period} />
        )}
      </section>
      <section
        className={view === 'table' ? 'card days-card' : 'card days-card screen-hidden'}
        aria-labelledby="days-table"
      >
        <DaysHead id="days-table" title="Every day" view={view} to={to} meter={meter} groupBy={groupBy} />
        <DayTable page={page} chosen={chosen} loadedAt={loadedAt} />
      </section>
    </>
  );
}

interface DaysHeadProps {
  id: string;
  title: string;
  view: 'chart' | 'table';
  to: (change: UsageChoice) => string;
  meter: { dimensions: string[] };
  groupBy: string | null;
}

function DaysHead({ id, title, view, to, meter, groupBy }: DaysHeadProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <h2 id={id}>
        {title}
        {groupBy && ` and ${dimensionName(groupBy)}`}
      </h2>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 print:hidden">
        <nav aria-label="Group by" className="segments">
          {[...meter.dimensions, 'subject'].map((dimension) => (
            <Link
              key={dimension}
              to={to({ groupBy: dimension })}
              preventScrollReset
              aria-current={dimension === groupBy ? 'true' : undefined}
            >
              {dimensionName(dimension)}
            </Link>
          ))}
        </nav>
        <nav aria-label="View" className="segments">
          <Link to={to({ view: undefined })} preventScrollReset aria-current={view === 'chart' ? 'true' : undefined}>
            Chart
          </Link>
          <Link to={to({ view: 'table' })} preventScrollReset aria-current={view === 'table' ? 'true' : undefined}>
            Table
          </Link>
        </nav>
      </div>
    </div>
  );
}
