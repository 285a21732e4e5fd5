import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData, useRouteError } from '@remix-run/react';
import { isLevels } from '#server/domain/aggregation.ts';
import { exactText } from '#server/domain/decimal.ts';
import type { EventReceiptPage } from '#server/explanation/explanation.types.ts';
import { paths } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';

export const meta: MetaFunction = () => [{ title: 'Event · Plainbill' }];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '' } = params;
  const search = searchOf(request.url, ['source', 'id']);
  const source = search.get('source') ?? '';
  const id = search.get('id') ?? '';
  if (source === '' || id === '') return { accountId, source, id, receipt: null };
  try {
    const receipt = await context.pages.explanation.receipt(viewer, { accountId, source, id });
    return { accountId, source, id, receipt };
  } catch (error) {
    // The form stays, with what was asked for, where only the event is not there.
    if (error instanceof Response && error.status === 404) return { accountId, source, id, receipt: null };
    throw error;
  }
}

export default function Event() {
  const { accountId, source, id, receipt } = useLoaderData<typeof loader>();
  return (
    <>
      <h1 className="mb-4">What became of an event</h1>
      <Form className="card mb-4 flex flex-wrap items-end gap-3">
        <label className="field grow">
          Source
          <input className="input" name="source" defaultValue={source} required />
        </label>
        <label className="field grow">
          Id
          <input className="input" name="id" defaultValue={id} required />
        </label>
        <button className="button-primary" type="submit">
          Look up
        </button>
      </Form>
      {receipt === null && source !== '' && id !== '' && (
        <p className="note-warn">
          This account has no event by this source and id. Events that were rejected are not kept: their sender was told
          why.
        </p>
      )}
      {receipt && <Receipt accountId={accountId} receipt={receipt} />}
    </>
  );
}

/** Both times of an event, and what it fed. */
function Receipt({ accountId, receipt }: { accountId: string; receipt: EventReceiptPage }) {
  return (
    <section className="card" aria-labelledby="receipt">
      <h2 id="receipt" className="mb-2">
        {receipt.status === 'late' ? 'Accepted, late' : 'Accepted'}
      </h2>
      <dl className="facts">
        <dt>Happened</dt>
        <dd>{receipt.eventTime}</dd>
        <dt>Received</dt>
        <dd>{receipt.receiveTime}</dd>
        <dt>Counts in</dt>
        <dd>
          {receipt.periodRule}
          {receipt.status === 'late' && ' Its invoice was final before it was received: it is in a correction.'}
        </dd>
      </dl>
      <table className="numbers mt-3">
        <caption className="sr-only">Meters it fed</caption>
        <thead>
          <tr>
            <th scope="col">Meter</th>
            <th scope="col" className="n">
              Tells it
            </th>
            <th scope="col">Charge</th>
          </tr>
        </thead>
        <tbody>
          {receipt.meters.map((meter) => (
            <tr key={meter.key}>
              <th scope="row">{meter.description}</th>
              <td className="n">{toldTo(meter)}</td>
              <td>
                {meter.charge === null ? (
                  <span className="text-ink-3">no price for it in this period</span>
                ) : (
                  <Link className="text-link" to={paths.charge(accountId, meter.charge.chargeId)}>
                    {meter.charge.description}
                    {meter.charge.amountExact !== null && `: ${exactText(meter.charge.amountExact, 2)}`}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <pre className="envelope mt-3">{JSON.stringify(receipt.event, null, 2)}</pre>
    </section>
  );
}

/** What an event tells a meter: a quantity it adds, or what something is at from then on. */
function toldTo({ aggregation, value, unit }: EventReceiptPage['meters'][number]): string {
  if (isLevels(aggregation)) return `level ${exactText(value)} from then on`;
  return aggregation === 'unique' ? value : `${exactText(value)} ${unit}`;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Event" />;
}
