import type { HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { isRouteErrorResponse, Link, useLoaderData, useRouteError } from '@remix-run/react';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { EventTable } from '../../explanation/event-table.tsx';
import { ExplanationBody } from '../../explanation/explanation-body.tsx';
import { IntervalTable } from '../../explanation/interval-table.tsx';
import { Resources } from '../../explanation/resources.tsx';
import { exactText } from '../../format/decimal.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { PlainPage } from '../../shell/plain-page.tsx';
import { Problem } from '../../shell/problem.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.shared.content.explanation.charge.description} · Plainbill` : 'Plainbill' },
];

/** What is behind a link is nobody else's business. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' });

export async function loader({ params, context }: LoaderFunctionArgs) {
  const shared = await context.services.explanationLinks.open(context.viewer, params.token ?? '', context.ip);
  if (shared === null) throw new Response('This link opens nothing (any more).', { status: 410, statusText: 'Gone' });
  return { shared, asOf: context.now().toISOString() };
}

export default function Shared() {
  const { shared, asOf } = useLoaderData<typeof loader>();
  const { content, now } = shared;
  const { explanation, intervals, events, isComplete } = content;
  const { account, invoice, meteredThrough, charge } = explanation;
  const moment = (instant: string) => momentText(instant, account.timeZone, asOf);
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-250 px-4 py-6 outline-none">
      <p className="note-plain mb-4">
        This is how the charge stood when everything up to{' '}
        <time dateTime={meteredThrough} title={meteredThrough}>
          {moment(meteredThrough)}
        </time>{' '}
        was metered. It does not change. The link ends {moment(shared.expiresAt)}.
        {now && (
          <>
            {' '}
            {now.amountExact === charge.amountExact
              ? 'Nothing changed since.'
              : `Now it comes to ${exactText(now.amountExact, invoice.minorUnit)} ${invoice.currency}, metered through ${moment(now.meteredThrough)}.`}{' '}
            <Link className="text-link" to={paths.charge(now.accountId, now.chargeId)}>
              The charge as it is now
            </Link>
          </>
        )}
      </p>
      <ChargeHead explanation={explanation} asOf={asOf} linked={false} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <ExplanationBody explanation={explanation} asOf={asOf} />
        <section className="card" aria-labelledby="resources">
          <h2 id="resources" className="mb-2">
            {explanation.resourceCount === 1 ? 'One resource' : `${explanation.resourceCount} resources`}
          </h2>
          <Resources explanation={explanation} resources={explanation.resources} to={null} />
        </section>
        {intervals.length > 0 && (
          <details className="card print:hidden">
            <summary className="w-fit">
              {isComplete ? 'All intervals' : `The first ${intervals.length} intervals`}
            </summary>
            <IntervalTable explanation={explanation} rows={intervals} asOf={asOf} />
          </details>
        )}
        {events.length > 0 && (
          <details className="card print:hidden">
            <summary className="w-fit">{isComplete ? 'All events' : `The first ${events.length} events`}</summary>
            <EventTable explanation={explanation} rows={events} asOf={asOf} />
          </details>
        )}
        <p className="text-fine text-ink-3">
          SHA-256 of what is shown: <span className="break-anywhere font-mono">{shared.contentSha256}</span>
        </p>
      </div>
    </main>
  );
}

export function ErrorBoundary() {
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
