import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { QuestionPage } from '#server/pages/questions-pages.types.ts';
import { ChargeChanges } from '../../changes/charge-changes.tsx';
import { EventTable } from '../../explanation/event-table.tsx';
import { ExplanationBody } from '../../explanation/explanation-body.tsx';
import { Resources } from '../../explanation/resources.tsx';
import { moneyText } from '../../format/money.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { EventList } from './event-list.tsx';

interface AboutProps {
  about: Extract<NonNullable<QuestionPage['about']>, { kind: 'charge' }>;
  question: QuestionPage['question'];
  loadedAt: string;
}

/** The charge as it stood when the question was asked: what both sides talk about, whatever has changed since. */
export function About({ about: { explanation, changes, events, now }, question, loadedAt }: AboutProps) {
  const { account, charge, invoice, resources, resourceCount } = explanation;
  const exact = (amount: string) => `${exactText(amount, invoice.minorUnit)} ${invoice.currency}`;
  const moment = (instant: string) => (
    <time dateTime={instant} title={instant}>
      {momentText(instant, account.timeZone, loadedAt)}
    </time>
  );
  const added = events.flatMap((event) => event.added ?? []);
  const others = events.filter((event) => event.added === null);
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-4" aria-labelledby="about">
      <div>
        <h2 id="about" className="mb-2">
          What it is about, as it was
        </h2>
        <p className="figure">{moneyText(charge.amount, invoice)}</p>
        <p className="note-plain mt-2">
          Exactly {exact(charge.amountExact)}, metered through {moment(question.meteredThrough)}, when the question was
          asked. Both sides see this, and it does not change.{' '}
          {now === null
            ? 'There is no such charge any more.'
            : now.amountExact === charge.amountExact
              ? 'Nothing changed since.'
              : `Now it comes to ${exact(now.amountExact)}.`}{' '}
          {now !== null && (
            <Link className="text-link" to={paths.charge(account.id, charge.chargeId)}>
              The charge as it is now
            </Link>
          )}
        </p>
      </div>
      {events.length > 0 && (
        <section className="card" aria-labelledby="chosen">
          <h2 id="chosen" className="mb-2">
            {events.length === 1 ? 'The event asked about' : `The ${events.length} events asked about`}
          </h2>
          {added.length > 0 && (
            <EventTable
              explanation={explanation}
              rows={added}
              loadedAt={loadedAt}
              receipt={(row) => (
                <Link className="text-link" to={paths.event(account.id, row)}>
                  What became of it
                </Link>
              )}
            />
          )}
          {others.length > 0 && (
            <div className="mt-3">
              {added.length > 0 && <p>Also, without what they added:</p>}
              <EventList events={others} />
            </div>
          )}
        </section>
      )}
      <ExplanationBody explanation={explanation} loadedAt={loadedAt}>
        <ChargeChanges changes={changes} invoice={invoice} to={null} />
      </ExplanationBody>
      <section className="card" aria-labelledby="resources">
        <h2 id="resources" className="mb-2">
          {resourceCount === 1 ? 'One resource' : `${resourceCount} resources`}
        </h2>
        <Resources explanation={explanation} resources={resources} to={null} />
        {resources.length < resourceCount && (
          <p className="mt-2 text-fine text-ink-3">The {resources.length} that cost most are shown.</p>
        )}
      </section>
    </section>
  );
}
