import { Link } from '@remix-run/react';
import type { QuestionPage } from '#server/pages/questions-pages.types.ts';
import { ChangesBody } from '../../changes/changes-body.tsx';
import { namesOf } from '../../changes/span-names.ts';
import { changeText, moneyText } from '../../format/money.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { EventList } from './event-list.tsx';

interface AboutChangeProps {
  about: Extract<NonNullable<QuestionPage['about']>, { kind: 'change' }>;
  question: QuestionPage['question'];
  loadedAt: string;
}

/** The difference as it stood when the question was asked: what both sides talk about, whatever has changed since. */
export function AboutChange({ about: { told }, question, loadedAt }: AboutChangeProps) {
  const { account, asked, changes } = told;
  const names = namesOf(told, changes);
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-4" aria-labelledby="about">
      <div>
        <h2 id="about" className="mb-2">
          What it is about, as it was
        </h2>
        <p className="figure">{changeText(changes.differenceExact, changes)}</p>
        <p className="note-plain mt-2">
          {moneyText(changes.amountExact, changes)} {names.nowWords}, against{' '}
          {moneyText(changes.compareAmountExact, changes)} {names.beforeWords}, metered through{' '}
          <time dateTime={question.meteredThrough} title={question.meteredThrough}>
            {momentText(question.meteredThrough, account.timeZone, loadedAt)}
          </time>
          , when the question was asked. Both sides see this, and it does not change.{' '}
          <Link className="text-link" to={paths.change(account.id, asked)}>
            What changed, as it is now
          </Link>
        </p>
      </div>
      {question.eventRefs.length > 0 && <EventList events={question.eventRefs} />}
      <ChangesBody accountId={account.id} changes={changes} names={names} />
    </section>
  );
}
