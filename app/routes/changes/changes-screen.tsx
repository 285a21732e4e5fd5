import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { ChangesPage } from '#server/pages/changes-page.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { Bridge } from '../../changes/bridge.tsx';
import { Drivers } from '../../changes/drivers.tsx';
import { changeText, exactChangeText, exactMoneyText, moneyText } from '../../format/money.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { StateTag } from '../../spend/state-tag.tsx';
import { namesOf } from './span-names.ts';

interface ChangesScreenProps {
  page: ChangesPage;
  loadedAt: string;
}

/** What makes the difference between two amounts: the sum first, then driver by driver. */
export function ChangesScreen({ page, loadedAt }: ChangesScreenProps) {
  const { account, changes } = page;
  if (changes === null) {
    return (
      <>
        <h1 className="mb-4">What changed</h1>
        <p className="card text-ink-2">There is nothing before it that it could be compared with.</p>
      </>
    );
  }
  const names = namesOf(page, changes);
  return (
    <>
      <Head page={page} changes={changes} loadedAt={loadedAt} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {changes.drivers.length === 0 ? (
          <p className="card text-ink-2">Nothing made a difference: both come to the same, charge by charge.</p>
        ) : (
          <>
            <section className="card" aria-labelledby="bridge">
              <h2 id="bridge" className="mb-2">
                From {names.before} to {names.now}
              </h2>
              <Bridge changes={changes} names={names} />
            </section>
            <section className="card" aria-labelledby="drivers">
              <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
                <h2 id="drivers">Drivers</h2>
                <p className="text-fine text-ink-3">
                  Largest first. One term is replaced after the other, in one order everywhere.
                </p>
              </div>
              <Drivers accountId={account.id} changes={changes} />
              <Others page={page} changes={changes} />
            </section>
          </>
        )}
        <Sum changes={changes} />
      </div>
    </>
  );
}

function Head({ page, changes, loadedAt }: ChangesScreenProps & { changes: ShownChanges }) {
  const { account, estimated } = page;
  const names = namesOf(page, changes);
  const [first] = changes.drivers;
  return (
    <div className="mb-4">
      <p className="mb-1 text-fine text-ink-3">
        <Link className="text-link" to={names.to}>
          {names.now}
        </Link>
      </p>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h1>What changed</h1>
        <StateTag state={estimated ? 'projected' : 'final'} />
      </div>
      <p className="figure">{changeText(changes.differenceExact, changes)}</p>
      <p className="text-ink-2">
        <span className="opened-amount">{moneyText(changes.amountExact, changes)}</span> {names.nowWords}, against{' '}
        <span className="opened-amount">{moneyText(changes.compareAmountExact, changes)}</span> {names.beforeWords}.
        Metered through {momentText(changes.meteredThrough, account.timeZone, loadedAt)}.
      </p>
      {first !== undefined && (
        <p className="mt-2 max-w-150 text-lead">
          {changeText(first.amountExact, changes)}: {first.description}.
        </p>
      )}
      <Choices page={page} />
    </div>
  );
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
        previousKey !== null && (
          <Link className="text-link" to={paths.changes(account.id, { period: previousKey })}>
            ‹ What changed the month before
          </Link>
        )
      )}
      {'day' in asked && (
        <Link className="text-link" to={paths.changes(account.id, { period: periodKey })}>
          What changed in the month
        </Link>
      )}
    </p>
  );
}

function Others({ page: { account, asked }, changes }: { page: ChangesPage; changes: ShownChanges }) {
  const { count, amountExact } = changes.others;
  if (count === 0) return null;
  const of =
    'chargeId' in asked ? { charge: asked.chargeId } : 'day' in asked ? asked : { period: asked.period ?? undefined };
  return (
    <p className="mt-3">
      <Link className="text-link" to={paths.changes(account.id, of, true)}>
        {count} smaller
      </Link>{' '}
      come to {changeText(amountExact, changes)} together.
    </p>
  );
}

/** The proof: the earlier amount and all drivers are the later amount, to the last digit. */
function Sum({ changes }: { changes: ShownChanges }) {
  const { drivers, others, sumOfDrivers, differenceExact, minorUnit } = changes;
  const count = drivers.length + others.count;
  const off = sumOfDrivers !== differenceExact;
  if (off && !(isZero(sumOfDrivers) && isZero(differenceExact))) {
    return (
      <p className="note-bad">
        <b className="font-semibold">The drivers do not add up to the difference.</b> They come to{' '}
        {exactChangeText(sumOfDrivers, changes)}, the difference is {exactChangeText(differenceExact, changes)}. That is
        our mistake: please ask about it.
      </p>
    );
  }
  return (
    <p className="note-good">
      {exactText(changes.compareAmountExact, minorUnit)} {exactChangeText(differenceExact, changes)} ={' '}
      {exactMoneyText(changes.amountExact, changes)}: {count} {count === 1 ? 'driver adds' : 'drivers add'} up to the
      difference exactly. Amounts are before each charge is rounded once.
    </p>
  );
}
