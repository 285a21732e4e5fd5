import { Link } from '@remix-run/react';
import type { QuestionPage } from '#server/pages/questions-pages.types.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { QuestionTag } from '../questions/question-tag.tsx';
import { About } from './about.tsx';
import { AboutChange } from './about-change.tsx';
import { Entry } from './entry.tsx';
import { EventList } from './event-list.tsx';
import { type Refused, ReplyForm } from './reply-form.tsx';

interface QuestionScreenProps {
  page: QuestionPage;
  loadedAt: string;
  refused: Refused | undefined;
}

/** A question, what it is about, and all that was said: the same to the customer and to support. */
export function QuestionScreen({ page, loadedAt, refused }: QuestionScreenProps) {
  const { account, question, entries, about, linksBegin } = page;
  const moment = (instant: string) => (
    <time dateTime={instant} title={instant}>
      {momentText(instant, account.timeZone, loadedAt)}
    </time>
  );
  return (
    <>
      <p className="mb-3 flex flex-wrap gap-x-4 text-fine">
        <Link className="text-link" to={paths.questions(account.id)}>
          All questions of {account.name}
        </Link>
        {page.isSupport && (
          <Link className="text-link" to={paths.inbox()}>
            All that wait for an answer
          </Link>
        )}
      </p>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h1 className="break-anywhere">{question.description}</h1>
        <QuestionTag state={question.state} />
      </div>
      <p className="mb-4 text-fine text-ink-2">
        {question.chargeId === null ? (
          'As it was'
        ) : (
          <>
            About charge <code className="break-anywhere font-mono">{question.chargeId}</code> as it was
          </>
        )}{' '}
        metered through {moment(question.meteredThrough)}
      </p>
      {about === null && question.eventRefs.length > 0 && <EventList events={question.eventRefs} />}
      <ol className="mb-4 grid max-w-180 gap-3" aria-label="What was said">
        <Entry
          by={question.askedBy}
          at={moment(question.askedAt)}
          text={question.text}
          did="asked"
          linksBegin={linksBegin}
        />
        {entries.map(({ id, by, isSupport, at, text, state, credit }) => (
          <Entry
            key={id}
            by={by}
            isSupport={isSupport}
            at={moment(at)}
            text={text}
            did={text === null ? 'closed the question' : state === 'open' ? 'wrote' : 'answered'}
            linksBegin={linksBegin}
            credit={credit}
          />
        ))}
      </ol>
      <div className="mb-6 max-w-180">
        <ReplyForm page={page} refused={refused} />
      </div>
      {about?.kind === 'charge' && <About about={about} question={question} loadedAt={loadedAt} />}
      {about?.kind === 'change' && <AboutChange about={about} question={question} loadedAt={loadedAt} />}
    </>
  );
}
