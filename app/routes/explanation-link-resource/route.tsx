import type { HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { HourTable } from '../../explanation/hour-table.tsx';
import { IntervalOrder, orderIn, placeOf } from '../../explanation/interval-order.tsx';
import { IntervalTable } from '../../explanation/interval-table.tsx';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { gone, SharedProblem } from '../../explanation-link/gone.tsx';
import { SharedBelow } from '../../explanation-link/shared-below.tsx';
import { type ListPlace, paths, resourceOf } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.resource} · ${data.explanation.charge.description} · Plainbill` : 'Plainbill' },
];

/** What is behind a link is nobody else's business. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' });

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { token = '' } = params;
  const resource = resourceOf(request.url);
  const reader = { viewer: context.viewer, token, ip: context.ip };
  const search = searchOf(request.url, ['cursor', 'order']);
  const [cursor, order] = [search.get('cursor'), orderIn(search)];
  const opened = await context.pages.sharedExplanation.resource(reader, { resource, order, cursor });
  if (opened === null) throw gone();
  return { token, resource, order, isFirst: cursor === null, ...opened };
}

export default function SharedResource() {
  const { token, resource, order, isFirst, explanation, intervals, hours } = useLoaderData<typeof loader>();
  const here = (place?: ListPlace) => paths.sharedResource(token, resource, place);
  const page = intervals ?? hours;
  return (
    <SharedBelow token={token} explanation={explanation} title={resource}>
      {intervals && (
        <>
          <IntervalOrder order={order} to={here} />
          <IntervalTable explanation={explanation} rows={intervals.data} loadedAt={null} />
        </>
      )}
      {hours && (
        <HourTable
          explanation={explanation}
          rows={hours.data}
          loadedAt={null}
          to={({ from, to }) => paths.sharedEvents(token, { resource, from, to })}
        />
      )}
      {page && (
        <PageFoot
          invoice={explanation.invoice}
          page={page}
          isFirst={isFirst}
          to={(cursor) => here(placeOf(order, cursor))}
        />
      )}
      <p className="mt-3">
        <Link className="text-link" to={paths.sharedEvents(token, { resource })}>
          Its events
        </Link>
      </p>
    </SharedBelow>
  );
}

export const ErrorBoundary = SharedProblem;
