import { Link } from '@remix-run/react';
import type { DayOfCharge, DayResource } from '#server/services/explanation/day-of-charge.ts';
import { IntervalTable } from '../../explanation/interval-table.tsx';
import { exactText, scaleOf } from '../../format/decimal.ts';
import { paths } from '../../paths.ts';

interface DayResourcesProps {
  page: DayOfCharge;
  resources: DayResource[];
  asOf: string;
}

/** What each resource adds to the charge on a day, and opened, stretch by stretch, what it ran. */
export function DayResources({ page, resources, asOf }: DayResourcesProps) {
  const { account, invoice } = page;
  const scale = Math.max(invoice.minorUnit, ...resources.map(({ amountExact }) => scaleOf(amountExact)));
  return (
    <table className="numbers">
      <caption className="sr-only">What each resource adds on this day</caption>
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col" className="n">
            {invoice.currency}, exactly
          </th>
        </tr>
      </thead>
      <tbody>
        {resources.map(({ resource, amountExact, intervals }) => (
          <tr key={resource} className="opens-row">
            {/* What can be opened gives a header no name of its own. */}
            <th scope="row" className="break-anywhere" aria-label={resource}>
              <details open={resources.length === 1}>
                <summary>
                  {resource}{' '}
                  <span className="text-fine whitespace-nowrap text-ink-3">
                    {intervals.length} {intervals.length === 1 ? 'stretch' : 'stretches'}
                  </span>
                </summary>
                <IntervalTable
                  explanation={page}
                  rows={intervals}
                  asOf={asOf}
                  eventLink={(row) => (
                    <Link className="text-link" to={paths.event(account.id, { source: row.source, id: row.eventId })}>
                      the event
                    </Link>
                  )}
                />
              </details>
            </th>
            <td className="n">{exactText(amountExact, scale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
