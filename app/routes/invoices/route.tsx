import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData, useRouteError } from '@remix-run/react';
import { moneyText } from '../../format/money.ts';
import { momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { StateTag } from '../../spend/state-tag.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Invoices · ${data.list.account.name} · Plainbill` : 'Invoices · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const cursor = new URL(request.url).searchParams.get('cursor');
  const list = await context.services.invoices(viewer, {
    accountId: params.accountId ?? '',
    ...(cursor === null ? {} : { cursor }),
  });
  return { list, asOf: context.now().toISOString() };
}

export default function Invoices() {
  const { list, asOf } = useLoaderData<typeof loader>();
  const { account, data, nextCursor } = list;
  return (
    <>
      <h1 className="mb-4">Invoices</h1>
      <section className="card">
        {data.length === 0 ? (
          <p className="text-ink-2">No invoice is older than these.</p>
        ) : (
          <table className="numbers">
            <caption className="sr-only">Invoices, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Period</th>
                <th scope="col">State</th>
                <th scope="col" className="on-wide">
                  Number
                </th>
                <th scope="col" className="n">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((invoice) => (
                <tr key={invoice.id}>
                  <th scope="row">
                    <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
                      {monthText(invoice.period.key)}
                    </Link>
                  </th>
                  <td>
                    <StateTag state={invoice.state} />
                  </td>
                  <td className="on-wide break-anywhere">
                    {invoice.number ?? (
                      <span className="text-ink-3">
                        metered through {momentText(invoice.meteredThrough, account.timeZone, asOf)}
                      </span>
                    )}
                  </td>
                  <td className="n">{moneyText(invoice.total, invoice)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {nextCursor && (
          <p className="mt-3">
            <Link className="text-link" to={paths.invoices(account.id, nextCursor)}>
              Older invoices
            </Link>
          </p>
        )}
      </section>
    </>
  );
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Invoices" />;
}
