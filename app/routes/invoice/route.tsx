import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ShouldRevalidateFunctionArgs, useLoaderData, useRouteError, useSearchParams } from '@remix-run/react';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { invoiceName } from '../../spend/invoice-name.ts';
import { InvoiceScreen } from './invoice-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${invoiceName(data.invoice)} · ${data.invoice.accountName} · Plainbill` : 'Invoice · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const invoice = await context.services.invoice(viewer, {
    accountId: params.accountId ?? '',
    invoiceId: params.invoiceId ?? '',
  });
  return { invoice, asOf: context.now().toISOString() };
}

/** Which app's charges are shown changes nothing about the invoice. */
export function shouldRevalidate({ currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs) {
  const onlyAppDiffers = currentUrl.pathname === nextUrl.pathname && currentUrl.search !== nextUrl.search;
  return onlyAppDiffers ? false : defaultShouldRevalidate;
}

export default function Invoice() {
  const { invoice, asOf } = useLoaderData<typeof loader>();
  const [search] = useSearchParams();
  return <InvoiceScreen invoice={invoice} app={search.get('app')} asOf={asOf} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Invoice" />;
}
