import type { HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { EventTable } from '../../explanation/event-table.tsx';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { gone, SharedProblem } from '../../explanation-link/gone.tsx';
import { SharedBelow } from '../../explanation-link/shared-below.tsx';
import { paths } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Events · ${data.page.explanation.charge.description} · Plainbill` : 'Plainbill' },
];

/** What is behind a link is nobody else's business. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' });

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const token = params.token ?? '';
  const reader = { viewer: context.viewer, token, ip: context.ip };
  const search = searchOf(request.url, ['resource', 'from', 'to', 'cursor']);
  const [resource, from, to, cursor] = ['resource', 'from', 'to', 'cursor'].map((name) => search.get(name) || null);
  const within = { resource: resource ?? null, from: from ?? null, to: to ?? null };
  const page = await context.pages.sharedExplanation.events(reader, { ...within, cursor: cursor ?? null });
  if (page === null) throw gone();
  return { token, within, isFirst: !cursor, page };
}

export default function SharedEvents() {
  const { token, within, isFirst, page } = useLoaderData<typeof loader>();
  const { explanation, data } = page;
  const { resource } = within;
  const scope = Object.fromEntries(Object.entries(within).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return (
    <SharedBelow token={token} explanation={explanation} title={resource === null ? 'Events' : `Events of ${resource}`}>
      {data.length === 0 ? (
        <p className="text-ink-2">There is no event here.</p>
      ) : (
        <EventTable explanation={explanation} rows={data} loadedAt={null} />
      )}
      <PageFoot
        invoice={explanation.invoice}
        page={page}
        isFirst={isFirst}
        to={(cursor) => paths.sharedEvents(token, cursor === undefined ? scope : { ...scope, cursor })}
      />
    </SharedBelow>
  );
}

export const ErrorBoundary = SharedProblem;
