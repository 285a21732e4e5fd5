import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { PlainPage } from '../shell/plain-page.tsx';
import { Problem } from '../shell/problem.tsx';

/** What a link answers that has ended, was taken back or never was one: always the same. */
export function gone(): Response {
  return new Response('This link opens nothing (any more).', { status: 410, statusText: 'Gone' });
}

/** The page of a link that opens nothing, and of what is not in the explanation it opens. */
export function SharedProblem() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 410) {
    return (
      <PlainPage>
        <h1>This link opens nothing</h1>
        <p>It has ended, was taken back, or never was one. Whoever sent it can make another.</p>
      </PlainPage>
    );
  }
  return <Problem error={error} what="Shared charge" />;
}
