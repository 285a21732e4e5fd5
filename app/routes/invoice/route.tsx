import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { monthText } from '../../format/time.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { InvoiceScreen } from './invoice-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `${data.invoice.number ?? `Invoice, ${monthText(data.invoice.period.key)}`} · ${data.invoice.accountName} · Plainbill`
      : 'Invoice · Plainbill',
  },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const invoice = await context.services.invoice(viewer, {
    accountId: params.accountId ?? '',
    invoiceId: params.invoiceId ?? '',
  });
  return { invoice, asOf: context.now().toISOString() };
}

export default function Invoice() {
  const { invoice, asOf } = useLoaderData<typeof loader>();
  return <InvoiceScreen invoice={invoice} asOf={asOf} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Invoice" />;
}
