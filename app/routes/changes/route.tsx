import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { changesAsked } from './changes-asked.ts';
import { ChangesScreen } from './changes-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `What changed · ${data.page.account.name} · Plainbill` : 'What changed · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const search = searchOf(request.url, ['period', 'day', 'against', 'charge', 'all']);
  const asked = changesAsked(search);
  const page = await context.pages.changes(viewer, {
    ...{ accountId: params.accountId ?? '', asked, all: search.get('all') === '1' },
  });
  return { page, loadedAt: context.now().toISOString() };
}

export default function Changes() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  return <ChangesScreen page={page} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="What changed" />;
}
