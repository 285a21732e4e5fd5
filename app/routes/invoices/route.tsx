import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { InvoicesScreen } from './invoices-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Invoices · ${data.list.account.name} · Plainbill` : 'Invoices · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const cursor = searchOf(request.url, ['cursor']).get('cursor');
  const list = await context.pages.invoices.list(viewer, {
    accountId: params.accountId ?? '',
    ...(cursor === null ? {} : { cursor }),
  });
  return { list, isFirst: cursor === null, loadedAt: context.now().toISOString() };
}

export default function Invoices() {
  const { list, isFirst, loadedAt } = useLoaderData<typeof loader>();
  return <InvoicesScreen list={list} isFirst={isFirst} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Invoices" />;
}
