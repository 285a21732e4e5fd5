import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { spanText } from '../format/time.ts';
import { paths } from '../paths.ts';
import { requireViewer } from '../session/require-viewer.ts';
import { PlainPage } from '../shell/plain-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Questions that wait · Plainbill' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const page = await context.pages.questions.inbox(viewer);
  return { page, loadedAt: context.now().toISOString() };
}

/** What support has to do, over all accounts. */
export default function Inbox() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  const { waiting, more } = page;
  return (
    <PlainPage>
      <h1 className="text-lead">Questions that wait for an answer</h1>
      {waiting.length === 0 ? (
        <p className="text-ink-2">None. Every question has been answered.</p>
      ) : (
        <ul className="border-t border-line">
          {waiting.map((question) => (
            <li key={question.id} className="border-b border-line-2">
              <Link to={paths.question(question.accountId, question.id)} className="row-link">
                <span className="min-w-0">
                  <span className="block font-semibold">{question.description}</span>
                  <span className="block text-fine text-ink-2">
                    {question.askedBy} of {question.accountName}
                  </span>
                  <span className="line-clamp-2 text-ink-2">{question.text}</span>
                </span>
                <time
                  dateTime={question.changedAt}
                  title={question.changedAt}
                  className="shrink-0 text-fine text-ink-3"
                >
                  {waitText(question.changedAt, loadedAt)}
                </time>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {more && <p className="text-ink-2">More are waiting than are shown.</p>}
      <p>
        <Link className="text-link" to={paths.accounts()}>
          All accounts
        </Link>
      </p>
    </PlainPage>
  );
}

/** Since when: `2 h 5 min`. */
function waitText(since: string, loadedAt: string): string {
  return spanText(Math.max(0, Math.floor((Date.parse(loadedAt) - Date.parse(since)) / 1000)));
}
