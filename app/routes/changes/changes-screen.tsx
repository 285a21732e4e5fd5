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
import { choiceWords } from '../../spend/choice-words.ts';
import { choiceOfGroups } from '../../spend/group-choice.ts';

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
        <Chosen page={page} />
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
        {page.chosen === null && (
          <>
            <CompareDays accountId={account.id} days={daysCompared(changes)} />
            <p className="mt-3 flex flex-wrap gap-2 print:hidden">
              <Link className="button" to={paths.askChange(account.id, page.asked)}>
                Ask support
              </Link>
              <a className="button" href="#share">
                Share
              </a>
            </p>
          </>
        )}
      </ChangesHead>
      <Chosen page={page} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <ChangesBody accountId={account.id} changes={changes} names={names}>
          <Others page={page} changes={changes} />
        </ChangesBody>
        {page.chosen === null && (
          <Share
            links={links}
            made={made}
            account={account}
            loadedAt={loadedAt}
            what="difference"
            change={changeIdOf(page.asked)}
          />
        )}
      </div>
    </>
  );
}

/** Where not all charges are compared, which; what is shared and asked about is of all of them. */
function Chosen({ page: { account, asked, chosen } }: { page: ChangesPage }) {
  if (chosen === null) return null;
  return (
    <p className="note-plain mb-4">
      Only the charges {choiceWords({ ...chosen, license: null, meter: null })} are compared.{' '}
      <Link className="text-link" to={paths.change(account.id, asked)}>
        Compare all charges
      </Link>
      , or share or ask about that.
    </p>
  );
}

/** The groups that are compared, for addresses of other differences of them. */
const within = ({ chosen }: ChangesPage) => ({ choice: chosen === null ? {} : choiceOfGroups(chosen) });

/** Where the later span is. */
function placeOf({ account, asked, periodKey }: ChangesPage): string {
  if ('chargeId' in asked) return paths.charge(account.id, asked.chargeId);
  if ('from' in asked) return paths.account(account.id, { period: periodKey });
  return 'day' in asked ? paths.day(account.id, asked.day) : paths.account(account.id);
}

/** What else it could be compared with. */
function Choices({ page }: { page: ChangesPage }) {
  const { account, asked, periodKey, previousKey } = page;
  if ('chargeId' in asked) return null;
  return (
    <p className="mt-2 flex flex-wrap gap-x-4 text-fine">
      {'day' in asked ? (
        <Link
          className="text-link"
          to={paths.changes(
            account.id,
            { day: asked.day, against: asked.against === 'usual' ? 'previous' : 'usual' },
            within(page),
          )}
        >
          {asked.against === 'usual' ? 'Compare with the day before' : 'Compare with what is usual'}
        </Link>
      ) : (
        'period' in asked &&
        previousKey !== null && (
          <Link className="text-link" to={paths.changes(account.id, { period: previousKey }, within(page))}>
            ‹ What changed the month before
          </Link>
        )
      )}
      {!('period' in asked) && (
        <Link className="text-link" to={paths.changes(account.id, { period: periodKey }, within(page))}>
          What changed in {'day' in asked ? 'the month' : monthText(periodKey)}
        </Link>
      )}
    </p>
  );
}

function Others({ page, changes }: { page: ChangesPage; changes: ShownChanges }) {
  const { account, asked } = page;
  const { count, amountExact } = changes.others;
  if (count === 0) return null;
  return (
    <p className="mt-3">
      <Link className="text-link" to={paths.change(account.id, asked, { all: true, ...within(page) })}>
        {count} smaller
      </Link>{' '}
      come to {changeText(amountExact, changes)} together.
    </p>
  );
}
