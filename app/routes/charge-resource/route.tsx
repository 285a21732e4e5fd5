import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData, useRouteError } from '@remix-run/react';
import { addsUp, isLevels } from '#server/domain/aggregation.ts';
import { exactText } from '#server/domain/decimal.ts';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { HourTable } from '../../explanation/hour-table.tsx';
import { IntervalOrder, orderIn, placeOf } from '../../explanation/interval-order.tsx';
import { IntervalTable } from '../../explanation/interval-table.tsx';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { type ListPlace, paths, resourceOf } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.resource} · ${data.explanation.charge.description} · Plainbill` : 'Resource · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  const resource = resourceOf(request.url);
  const search = searchOf(request.url, ['cursor', 'order']);
  const cursor = search.get('cursor') ?? undefined;
  const order = orderIn(search);
  const { explanation: explanations } = context.pages;
  const question = { accountId, chargeId, resource, ...(cursor === undefined ? {} : { cursor }) };
  // Looked up by its name: it may stand anywhere in the list.
  const { aggregation, resource: whole, ...explanation } = await explanations.resource(viewer, question);
  const intervals = isLevels(aggregation) ? await explanations.intervals(viewer, { ...question, order }) : null;
  const isAdditive = addsUp(aggregation);
  const hours = isAdditive ? await explanations.windows(viewer, question) : null;
  return {
    explanation,
    resource,
    whole,
    intervals,
    hours,
    order,
    isFirst: cursor === undefined,
    loadedAt: context.now().toISOString(),
  };
}

export default function ChargeResource() {
  const { explanation, resource, whole, intervals, hours, order, isFirst, loadedAt } = useLoaderData<typeof loader>();
  const here = (place?: ListPlace) => paths.chargeResource(account.id, charge.chargeId, resource, place);
  const { account, charge, invoice } = explanation;
  const page = intervals ?? hours;
  const at = { resource };
  return (
    <>
      <ChargeHead
        explanation={explanation}
        loadedAt={loadedAt}
        linked
        part={{ name: resource, amountExact: whole.amountExact }}
      >
        <p className="mt-2">
          <Link className="text-link" to={paths.charge(account.id, charge.chargeId)}>
            Back to the whole charge
          </Link>
        </p>
      </ChargeHead>
      <section className="card" aria-labelledby="resource">
        <h2 id="resource" className="break-anywhere">
          {resource}
        </h2>
        <p className="mb-2 text-ink-2">
          adds {exactText(whole.amountExact, invoice.minorUnit)} {invoice.currency} to this charge.{' '}
          <Link className="text-link" to={paths.chargeEvents(account.id, charge.chargeId, at)}>
            Its events
          </Link>
        </p>
        {intervals && (
          <>
            <IntervalOrder order={order} to={here} />
            <IntervalTable
              explanation={explanation}
              rows={intervals.data}
              loadedAt={loadedAt}
              event={(event) => paths.event(account.id, event)}
            />
          </>
        )}
        {hours && (
          <HourTable
            explanation={explanation}
            rows={hours.data}
            loadedAt={loadedAt}
            to={({ from, to }) => paths.chargeEvents(account.id, charge.chargeId, { ...at, from, to })}
          />
        )}
        {page && (
          <PageFoot invoice={invoice} page={page} isFirst={isFirst} to={(cursor) => here(placeOf(order, cursor))} />
        )}
      </section>
    </>
  );
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Resource" />;
}
