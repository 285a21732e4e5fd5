import { Link } from '@remix-run/react';
import type { QuestionsPage } from '#server/pages/questions-pages.types.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { QuestionTag } from './question-tag.tsx';

interface QuestionsScreenProps {
  page: QuestionsPage;
  /** Nothing is newer than these. */
  isFirst: boolean;
  loadedAt: string;
}

/** What an account has asked about its charges, newest first, and what became of it. */
export function QuestionsScreen({ page, isFirst, loadedAt }: QuestionsScreenProps) {
  const { account, data, nextCursor } = page;
  return (
    <>
      <h1 className="mb-4">Questions</h1>
      <section className="card">
        {data.length === 0 ? (
          <p className="max-w-150 text-ink-2">
            {isFirst
              ? 'Nothing has been asked yet. Open a charge on an invoice to see what it consists of, and ask there.'
              : 'No question is older than these.'}
          </p>
        ) : (
          <table className="numbers">
            <caption className="sr-only">Questions, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Question</th>
                <th scope="col">State</th>
                <th scope="col" className="on-wide">
                  Asked by
                </th>
                <th scope="col" className="n on-wide">
                  Changed
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((question) => (
                <tr key={question.id} className="line-row">
                  <th scope="row" className="break-anywhere">
                    <Link className="text-link font-semibold" to={paths.question(account.id, question.id)}>
                      {question.description}
                    </Link>
                    <span className="line-clamp-2 text-ink-2">{question.text}</span>
                  </th>
                  <td>
                    <QuestionTag state={question.state} />
                  </td>
                  <td className="on-wide break-anywhere text-ink-2">{question.askedBy}</td>
                  <td className="n on-wide text-ink-2">
                    <time dateTime={question.changedAt} title={question.changedAt}>
                      {momentText(question.changedAt, account.timeZone, loadedAt)}
                    </time>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {(nextCursor !== null || !isFirst) && (
          <p className="mt-3 flex gap-4">
            {!isFirst && (
              <Link className="text-link" to={paths.questions(account.id)}>
                Newest questions
              </Link>
            )}
            {nextCursor !== null && (
              <Link className="text-link" to={paths.questions(account.id, nextCursor)}>
                Older questions
              </Link>
            )}
          </p>
        )}
      </section>
    </>
  );
}
