import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { CHOICE_NAMES, choiceOf } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { invoiceName } from '../../spend/invoice-name.ts';
import { InvoiceScreen } from './invoice-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `${invoiceName(data.page.invoice)} · ${data.page.invoice.accountName} · Plainbill`
      : 'Invoice · Plainbill',
  },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const page = await context.pages.invoices.one(viewer, {
    accountId: params.accountId ?? '',
    invoiceId: params.invoiceId ?? '',
    choice: choiceOf(searchOf(request.url, [...CHOICE_NAMES.one, 'license', 'meter'], CHOICE_NAMES.many)),
  });
  return { page, loadedAt: context.now().toISOString() };
}

export default function Invoice() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  return <InvoiceScreen page={page} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Invoice" />;
}
