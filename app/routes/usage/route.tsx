import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import {
  type ClientLoaderFunctionArgs,
  type ShouldRevalidateFunctionArgs,
  useLoaderData,
  useRouteError,
  useSearchParams,
} from '@remix-run/react';
import { monthText } from '../../format/time.ts';
import { keepLast } from '../../live/keep-last.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { onlyViewDiffers, questionOf, viewOf } from './question.ts';
import { UsageScreen } from './usage-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `Usage, ${monthText(data.page.period.key)} · ${data.page.account.name} · Plainbill`
      : 'Usage · Plainbill',
  },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const page = await context.pages.usage(viewer, questionOf(params.accountId, request.url));
  return { page, loadedAt: context.now().toISOString(), origin: new URL(request.url).origin, stale: false };
}

const read = keepLast<Awaited<ReturnType<typeof loader>>>();

/** The page reads itself again every few seconds; see `keepLast` for when that fails. */
export function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return read(request.url, () => serverLoader<typeof loader>());
}
clientLoader.hydrate = true;

/** Chart and table are two looks at the same numbers. */
export function shouldRevalidate({ currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs) {
  return onlyViewDiffers(currentUrl, nextUrl) ? false : defaultShouldRevalidate;
}

export default function Usage() {
  const { page, loadedAt, origin, stale } = useLoaderData<typeof loader>();
  const [search] = useSearchParams();
  const choice = {
    period: search.get('period') ?? undefined,
    meter: search.get('meter') ?? undefined,
    groupBy: search.get('groupBy') ?? undefined,
    view: viewOf(search),
  };
  return (
    <UsageScreen key={page.account.id} page={page} choice={choice} loadedAt={loadedAt} origin={origin} stale={stale} />
  );
}

/** The frame around stays: only the usage is missing. */
export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Usage" />;
}
