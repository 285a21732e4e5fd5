import { Link } from '@remix-run/react';
import { changeIdOf } from '#server/domain/change-id.ts';
import type { ChangesPage } from '#server/pages/changes-page.ts';
import type { ExplanationLinkView } from '#server/pages/explanation-links.types.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { ChangesBody } from '../../changes/changes-body.tsx';
import { ChangesHead } from '../../changes/changes-head.tsx';
import { CompareDays, daysCompared } from '../../changes/compare-days.tsx';
import { namesOf } from '../../changes/span-names.ts';
import { Share, type Shared } from '../../explanation-link/share.tsx';
import { changeText } from '../../format/money.ts';
import { monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface ChangesScreenProps {
  page: ChangesPage;
  links: ExplanationLinkView[];
  /** What came of sharing it just now. */
  made: Shared | undefined;
  loadedAt: string;
}

/** What makes the difference between two amounts: the sum first, then driver by driver. */
export function ChangesScreen({ page, links, made, loadedAt }: ChangesScreenProps) {
  const { account, changes } = page;
  if (changes === null) {
    return (
      <>
        <h1 className="mb-4">What changed</h1>
        <p className="card text-ink-2">There is nothing before it that it could be compared with.</p>
        <CompareDays accountId={account.id} days={null} />
      </>
    );
  }
  const names = namesOf(page, changes);
  return (
    <>
      <ChangesHead
        of={page}
        changes={changes}
        names={names}
        from={
          <Link className="text-link" to={placeOf(page)}>
            {names.now}
          </Link>
        }
        loadedAt={loadedAt}
      >
        <Choices page={page} />
        <CompareDays accountId={account.id} days={daysCompared(changes)} />
        <p className="mt-3 flex flex-wrap gap-2 print:hidden">
          <Link className="button" to={paths.askChange(account.id, page.asked)}>
            Ask support
          </Link>
          <a className="button" href="#share">
            Share
          </a>
        </p>
      </ChangesHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <ChangesBody accountId={account.id} changes={changes} names={names}>
          <Others page={page} changes={changes} />
        </ChangesBody>
        <Share
          links={links}
          made={made}
          account={account}
          loadedAt={loadedAt}
          what="difference"
          change={changeIdOf(page.asked)}
        />
      </div>
    </>
  );
}

/** Where the later span is. */
function placeOf({ account, asked, periodKey }: ChangesPage): string {
  if ('chargeId' in asked) return paths.charge(account.id, asked.chargeId);
  if ('from' in asked) return paths.account(account.id, { period: periodKey });
  return 'day' in asked ? paths.day(account.id, asked.day) : paths.account(account.id);
}

/** What else it could be compared with. */
function Choices({ page: { account, asked, periodKey, previousKey } }: { page: ChangesPage }) {
  if ('chargeId' in asked) return null;
  return (
    <p className="mt-2 flex flex-wrap gap-x-4 text-fine">
      {'day' in asked ? (
        <Link
          className="text-link"
          to={paths.changes(account.id, { day: asked.day, against: asked.against === 'usual' ? 'previous' : 'usual' })}
        >
          {asked.against === 'usual' ? 'Compare with the day before' : 'Compare with what is usual'}
        </Link>
      ) : (
        'period' in asked &&
        previousKey !== null && (
          <Link className="text-link" to={paths.changes(account.id, { period: previousKey })}>
            ‹ What changed the month before
          </Link>
        )
      )}
      {!('period' in asked) && (
        <Link className="text-link" to={paths.changes(account.id, { period: periodKey })}>
          What changed in {'day' in asked ? 'the month' : monthText(periodKey)}
        </Link>
      )}
    </p>
  );
}

function Others({ page: { account, asked }, changes }: { page: ChangesPage; changes: ShownChanges }) {
  const { count, amountExact } = changes.others;
  if (count === 0) return null;
  return (
    <p className="mt-3">
      <Link className="text-link" to={paths.change(account.id, asked, true)}>
        {count} smaller
      </Link>{' '}
      come to {changeText(amountExact, changes)} together.
    </p>
  );
}
