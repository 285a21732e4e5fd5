import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { monthText } from '../../format/time.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { LicensesScreen } from './licenses-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `Licenses, ${monthText(data.page.period.key)} · ${data.page.account.name} · Plainbill`
      : 'Licenses · Plainbill',
  },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const period = searchOf(request.url, ['period']).get('period');
  const page = await context.pages.licenses(viewer, {
    accountId: params.accountId ?? '',
    ...(period === null ? {} : { period }),
  });
  return { page, loadedAt: context.now().toISOString() };
}

export default function Licenses() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  return <LicensesScreen page={page} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Licenses" />;
}
