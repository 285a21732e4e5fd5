import type { HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DayJump } from '../../explanation/day-jump.tsx';
import { EventTable } from '../../explanation/event-table.tsx';
import { eventsPlaceIn } from '../../explanation/events-place.ts';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { gone, SharedProblem } from '../../explanation-link/gone.tsx';
import { SharedBelow } from '../../explanation-link/shared-below.tsx';
import { paths } from '../../paths.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Events · ${data.page.explanation.charge.description} · Plainbill` : 'Plainbill' },
];

/** What is behind a link is nobody else's business. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' });

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const token = params.token ?? '';
  const reader = { viewer: context.viewer, token, ip: context.ip };
  const within = eventsPlaceIn(request.url);
  const { resource = null, from = null, to = null, day = null, cursor = null } = within;
  const page = await context.pages.sharedExplanation.events(reader, { resource, from, to, day, cursor });
  if (page === null) throw gone();
  return { token, within, page };
}

export default function SharedEvents() {
  const { token, within, page } = useLoaderData<typeof loader>();
  const { explanation, data } = page;
  const { cursor, day, ...scope } = within;
  const { resource } = scope;
  return (
    <SharedBelow
      token={token}
      explanation={explanation}
      title={resource === undefined ? 'Events' : `Events of ${resource}`}
    >
      <DayJump explanation={explanation} scope={scope} day={day} />
      {data.length === 0 ? (
        <p className="text-ink-2">There is no event here.</p>
      ) : (
        <EventTable explanation={explanation} rows={data} loadedAt={null} />
      )}
      <PageFoot
        invoice={explanation.invoice}
        page={page}
        isFirst={cursor === undefined && day === undefined}
        to={(next) => paths.sharedEvents(token, next === undefined ? scope : { ...scope, cursor: next })}
      />
    </SharedBelow>
  );
}

export const ErrorBoundary = SharedProblem;
