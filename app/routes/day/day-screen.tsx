import { Link } from '@remix-run/react';
import { isZero } from '#server/domain/decimal.ts';
import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { ChangesBeside } from '../../changes/changes-beside.tsx';
import { moneyText } from '../../format/money.ts';
import { paths } from '../../paths.ts';
import { choiceWords } from '../../spend/choice-words.ts';
import { invoiceName } from '../../spend/invoice-name.ts';
import { choiceOfPage } from './choice-of-page.ts';
import { DayHead } from './day-head.tsx';
import { Hours } from './hours.tsx';
import { hourWords } from './hours-chart.ts';
import { PartTable } from './part-table.tsx';
import { WhereItWent } from './where-it-went.tsx';

interface DayScreenProps {
  page: DayPage;
  loadedAt: string;
}

/** What a day cost: by hour, against its usual, and by group; each charge leads to what was used of it on that day. */
export function DayScreen({ page, loadedAt }: DayScreenProps) {
  const { account, day, invoice, spent } = page;
  return (
    <>
      <DayHead page={page} loadedAt={loadedAt} />
      {invoice === null && spent === null && (
        <p className="card text-ink-2">
          {account.name} is on no rate card, so nothing it uses is charged. That is not a day of zero.
        </p>
      )}
      {invoice !== null && spent === null && (
        <p className="note-warn">
          <b className="font-semibold">What this day cost cannot be told.</b> Its invoice was issued by an earlier
          version, which rated it otherwise. It stands as it was issued:{' '}
          <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
            {invoiceName(invoice)}
          </Link>
          .
        </p>
      )}
      {invoice !== null && spent !== null && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {page.chosen !== null && (
            <p className="note-plain">
              Only the charges {choiceWords({ ...page.chosen, license: null, meter: null })} are shown.{' '}
              <Link className="text-link" to={paths.day(account.id, day)}>
                Show all charges of this day
              </Link>
            </p>
          )}
          {spent.hour !== null && (
            <p className="note-plain">
              Only the hour {hourWords(spent.hour, account.timeZone)} is told below.{' '}
              <Link className="text-link" to={paths.day(account.id, day, choiceOfPage(page))}>
                Show the whole day
              </Link>
            </p>
          )}
          {spent.hour === null && spent.state !== 'future' && <Hours page={page} invoice={invoice} spent={spent} />}
          {page.chosen === null && spent.hour === null && (
            <ChangesBeside
              changes={page.changes}
              title="Why it differs from its usual"
              against={`what is usual on ${spent.state === 'running' ? 'the same part of ' : ''}such a day, the median of four weeks${page.changes === null || page.changes === 'failed' ? '' : `: ${moneyText(page.changes.compareAmountExact, page.changes)}`}`}
              to={paths.changes(account.id, { day, against: 'usual' })}
            />
          )}
          {spent.state !== 'future' && <WhereItWent page={page} invoice={invoice} spent={spent} />}
          {spent.hour === null && !isZero(spent.ofNoDay.sum) && <OfNoDay page={page} invoice={invoice} spent={spent} />}
          <p className="text-fine text-ink-3">
            All days of the month, and what is of no day, add up to the charges of{' '}
            <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
              {invoiceName(invoice)}
            </Link>{' '}
            before their rounding.
            {spent.amount !== null &&
              page.chosen !== null &&
              ` All charges of this day: ${moneyText(spent.amount, invoice)}.`}
          </p>
        </div>
      )}
    </>
  );
}

/** A day whose cost can be told, and the invoice it is of. */
interface SpentProps {
  page: DayPage;
  invoice: NonNullable<DayPage['invoice']>;
  spent: NonNullable<DayPage['spent']>;
}

function OfNoDay({ page: { account }, invoice, spent }: SpentProps) {
  return (
    <section className="card" aria-labelledby="of-no-day">
      <h2 id="of-no-day" className="mb-1 scroll-mt-4">
        Of no day
      </h2>
      <p className="mb-2 text-fine text-ink-3">
        Due without usage, or a correction of an earlier month: it is in the month, not in any of its days.
      </p>
      <PartTable
        caption="What is of no day"
        of={invoice}
        charges={spent.ofNoDay.charges}
        sum={spent.ofNoDay.sum}
        to={({ chargeId, corrects }) => paths.charge(account.id, corrects?.chargeId ?? chargeId)}
      />
    </section>
  );
}
