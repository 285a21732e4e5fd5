import { Link } from '@remix-run/react';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { dayText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

/** Days outside the range of their like, each with what made the difference. */
export function UnusualDays({ page: { account, unusual } }: { page: OverviewPage }) {
  if (unusual === 'failed' || unusual.length === 0) return null;
  return (
    <section className="note-warn" aria-labelledby="unusual">
      <h2 id="unusual" className="mb-1">
        Unusual
      </h2>
      <ul className="plain-list">
        {unusual.map(({ day, until, changes }) => (
          <li key={day} className="break-anywhere">
            <Link className="text-link" to={paths.changes(account.id, { day, against: 'usual' })}>
              {dayText(day)}
            </Link>
            {until !== day && <> until {dayText(until)}</>}:{' '}
            <ChangeValue of={changes} amount={changes.differenceExact} /> against its usual.{' '}
            {changes.drivers[0] !== undefined && `${changes.drivers[0].description}.`}
          </li>
        ))}
      </ul>
    </section>
  );
}
