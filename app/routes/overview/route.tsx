import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ClientLoaderFunctionArgs, useLoaderData, useRouteError } from '@remix-run/react';
import { GROUPINGS, isGrouping } from '#server/domain/grouping.ts';
import { keepLast } from '../../live/keep-last.ts';
import { notUnderstood, searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { OverviewScreen } from './overview-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.page.account.name} · Plainbill` : 'Overview · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const search = searchOf(request.url, ['by', 'period']);
  const [by, period] = [search.get('by') ?? 'app', search.get('period')];
  if (!isGrouping(by)) throw notUnderstood(`spend is told by ${GROUPINGS.join(', ')}.`);
  const page = await context.pages.overview(viewer, {
    ...{ accountId: params.accountId ?? '', by },
    ...(period === null ? {} : { period }),
  });
  return { page, loadedAt: context.now().toISOString(), stale: false };
}

const read = keepLast<Awaited<ReturnType<typeof loader>>>();

/** The page reads itself again now and then; see `keepLast` for when that fails. */
export function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return read(request.url, () => serverLoader<typeof loader>());
}
clientLoader.hydrate = true;

export default function Overview() {
  const { page, loadedAt, stale } = useLoaderData<typeof loader>();
  return <OverviewScreen key={`${page.account.id} ${page.period.key}`} page={page} loadedAt={loadedAt} stale={stale} />;
}

/** The frame around stays: only the spend is missing. */
export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Overview" />;
}
