import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { OverviewScreen } from './overview-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.page.account.name} · Plainbill` : 'Overview · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const page = await context.services.overview(viewer, { accountId: params.accountId ?? '' });
  return { page, asOf: context.now().toISOString() };
}

export default function Overview() {
  const { page, asOf } = useLoaderData<typeof loader>();
  return <OverviewScreen page={page} asOf={asOf} />;
}

/** The frame around stays: only the spend is missing. */
export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Overview" />;
}
