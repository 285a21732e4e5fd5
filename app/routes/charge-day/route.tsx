import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { dayText } from '../../format/time.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { ChargeDayScreen } from './charge-day-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `${dayText(data.page.day.day)} · ${data.page.charge.description} · Plainbill`
      : 'Day of a charge · Plainbill',
  },
];

/** Levels are opened as what ran on the day, counted usage as the day's events. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '', day = '' } = params;
  const cursor = searchOf(request.url, ['cursor']).get('cursor') ?? undefined;
  const { explanation } = context.pages;
  const at = cursor === undefined ? {} : { cursor };
  const page = await explanation.day(viewer, { accountId, chargeId, day, ...at });
  const { from, to } = page.day;
  const isCounted = page.spent !== null && page.spent.resources === null && page.spent.amount !== null;
  const events = isCounted ? await explanation.events(viewer, { accountId, chargeId, from, to, ...at }) : null;
  return { page, events, isFirst: cursor === undefined, loadedAt: context.now().toISOString() };
}

export default function ChargeDay() {
  return <ChargeDayScreen {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Day of a charge" />;
}
