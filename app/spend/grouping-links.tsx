import { Link } from '@remix-run/react';
import type { Grouping } from '#server/domain/grouping.ts';

interface GroupingLinksProps {
  groupings: readonly Grouping[];
  by: Grouping;
  to: (by: Grouping) => string;
}

/** What spend is told by on a page, and what else it can be told by. */
export function GroupingLinks({ groupings, by, to }: GroupingLinksProps) {
  return (
    <ul aria-label="Told by" className="flex flex-wrap gap-x-3 text-fine text-ink-3">
      {groupings.map((each) => (
        <li key={each}>
          {each === by ? (
            <b className="font-semibold text-ink-2">by {each}</b>
          ) : (
            <Link className="text-link" to={to(each)} preventScrollReset>
              by {each}
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
