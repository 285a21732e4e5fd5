import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { paths } from '../paths.ts';
import { requireViewer } from '../session/require-viewer.ts';
import { PlainPage } from '../shell/plain-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Accounts · Plainbill' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const accounts = await context.pages.accountsOf(viewer);
  return { accounts, email: viewer.email, isSupport: viewer.platformRole !== 'customer' };
}

export default function Accounts() {
  const { accounts, email, isSupport } = useLoaderData<typeof loader>();
  return (
    <PlainPage>
      <h1 className="text-lead">{accounts.length === 0 ? 'No account yet' : 'Choose an account'}</h1>
      {accounts.length === 0 ? (
        <p className="text-ink-2">
          {email} is not a member of any account. Ask whoever administers yours to add you, then reload this page.
        </p>
      ) : (
        <ul className="border-t border-line">
          {accounts.map((a) => (
            <li key={a.id} className="border-b border-line-2">
              <Link to={paths.account(a.id)} className="row-link">
                <span className="font-semibold">{a.name}</span>
                <span className="shrink-0 text-fine text-ink-3">{a.kind}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {isSupport && (
        <p>
          <Link className="text-link" to={paths.inbox()}>
            Questions that wait for an answer
          </Link>
        </p>
      )}
      <Form method="post" action={paths.signOut()} className="flex flex-wrap items-center gap-3 text-fine text-ink-3">
        <span className="break-all">Signed in as {email}</span>
        <button type="submit" className="button">
          Sign out
        </button>
      </Form>
    </PlainPage>
  );
}
