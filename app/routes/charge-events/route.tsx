import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData, useRouteError } from '@remix-run/react';
import { eventParam } from '../../event-param.ts';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { DayJump } from '../../explanation/day-jump.tsx';
import { EventTable } from '../../explanation/event-table.tsx';
import { eventsPlaceIn } from '../../explanation/events-place.ts';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { type EventsPlace, paths } from '../../paths.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Events · ${data.explanation.charge.description} · Plainbill` : 'Events · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  const within = eventsPlaceIn(request.url);
  const [explanation, page] = await Promise.all([
    context.pages.explanation.head(viewer, { accountId, chargeId }),
    context.pages.explanation.events(viewer, { accountId, chargeId, ...within }),
  ]);
  return { explanation, page, within, loadedAt: context.now().toISOString() };
}

export default function ChargeEvents() {
  const { explanation, page, within, loadedAt } = useLoaderData<typeof loader>();
  const { account, charge } = explanation;
  const { cursor, day, ...scope } = within;
  const here = (place: EventsPlace) => paths.chargeEvents(account.id, charge.chargeId, { ...scope, ...place });
  return (
    <>
      <ChargeHead explanation={explanation} loadedAt={loadedAt} linked>
        <p className="mt-2">
          <Link className="text-link" to={paths.charge(account.id, charge.chargeId)}>
            Back to the whole charge
          </Link>
        </p>
      </ChargeHead>
      <section className="card" aria-labelledby="events">
        <h2 id="events" className="mb-2 break-anywhere">
          Events{within.resource ? ` of ${within.resource}` : ''}
        </h2>
        <DayJump explanation={explanation} scope={scope} day={day} />
        <Form action={paths.ask(account.id, charge.chargeId).split('?')[0]}>
          <input type="hidden" name="charge" value={charge.chargeId} />
          {page.data.length === 0 ? (
            <p className="text-ink-2">There is no event here.</p>
          ) : (
            <EventTable
              explanation={explanation}
              rows={page.data}
              loadedAt={loadedAt}
              before={(row) => (
                <input
                  className="float-left mr-2 mt-1"
                  type="checkbox"
                  name="event"
                  value={eventParam(row)}
                  aria-label={`Choose event ${row.id}`}
                />
              )}
              receipt={(row) => (
                <Link className="text-link" to={paths.event(account.id, row)}>
                  What became of it
                </Link>
              )}
            />
          )}
          <PageFoot
            invoice={explanation.invoice}
            page={page}
            isFirst={cursor === undefined && day === undefined}
            to={(next) => here(next === undefined ? {} : { cursor: next })}
          >
            <button className="button" type="submit">
              Ask about the chosen events
            </button>
          </PageFoot>
        </Form>
      </section>
    </>
  );
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Events" />;
}
