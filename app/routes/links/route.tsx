import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { formOf, textOf } from '../../form-text.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { LinksScreen } from './links-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Links · ${data.page.account.name} · Plainbill` : 'Links · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const cursor = searchOf(request.url, ['cursor']).get('cursor');
  const page = await context.pages.explanationLinks.ofAccount(viewer, {
    accountId: params.accountId ?? '',
    ...(cursor === null ? {} : { cursor }),
  });
  return { page, isFirst: cursor === null, loadedAt: context.now().toISOString() };
}

/** Takes a link back. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const linkId = textOf(await formOf(request), 'link');
  await context.pages.explanationLinks.revoke(viewer, { accountId: params.accountId ?? '', linkId });
  return null;
}

export default function Links() {
  const { page, isFirst, loadedAt } = useLoaderData<typeof loader>();
  return <LinksScreen page={page} isFirst={isFirst} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Links" />;
}
