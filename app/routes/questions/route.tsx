import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { QuestionsScreen } from './questions-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Questions · ${data.page.account.name} · Plainbill` : 'Questions · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const cursor = searchOf(request.url, ['cursor']).get('cursor');
  const page = await context.pages.questions.list(viewer, {
    accountId: params.accountId ?? '',
    ...(cursor === null ? {} : { cursor }),
  });
  return { page, isFirst: cursor === null, loadedAt: context.now().toISOString() };
}

export default function Questions() {
  const { page, isFirst, loadedAt } = useLoaderData<typeof loader>();
  return <QuestionsScreen page={page} isFirst={isFirst} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Questions" />;
}
