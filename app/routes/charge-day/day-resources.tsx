import { exactText, scaleOf } from '#server/domain/decimal.ts';
import type { DayOfCharge, DayResource } from '#server/explanation/levels/day-of-charge.ts';
import { IntervalTable } from '../../explanation/interval-table.tsx';
import { paths } from '../../paths.ts';

interface DayResourcesProps {
  page: DayOfCharge;
  resources: DayResource[];
  loadedAt: string;
}

/** What each resource adds to the charge on a day, and opened, stretch by stretch, what it ran. */
export function DayResources({ page, resources, loadedAt }: DayResourcesProps) {
  const { account, invoice } = page;
  const scale = Math.max(invoice.minorUnit, ...resources.map(({ amountExact }) => scaleOf(amountExact)));
  return (
    <>
      <p id="day-resources" className="text-fine text-ink-3">
        What each resource adds on this day, {invoice.currency}
      </p>
      <ul aria-labelledby="day-resources">
        {resources.map(({ resource, amountExact, intervals }) => (
          <li key={resource} className="day-resource">
            <details open={resources.length === 1}>
              <summary className="break-anywhere">
                <span className="float-right pl-3 tabular-nums">{exactText(amountExact, scale)}</span>
                {resource}{' '}
                <span className="text-fine whitespace-nowrap text-ink-3">
                  {intervals.length} {intervals.length === 1 ? 'stretch' : 'stretches'}
                </span>
              </summary>
              <IntervalTable
                explanation={page}
                rows={intervals}
                loadedAt={loadedAt}
                event={(event) => paths.event(account.id, event)}
              />
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}
