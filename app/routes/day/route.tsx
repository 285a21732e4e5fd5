import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useRouteError } from '@remix-run/react';
import { GROUPINGS, isGrouping } from '#server/domain/grouping.ts';
import { readEventTime } from '#server/domain/instant.ts';
import { dayText } from '../../format/time.ts';
import { CHOICE_NAMES, groupsOf } from '../../paths.ts';
import { notUnderstood, searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { DayScreen } from './day-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${dayText(data.page.day)} · ${data.page.account.name} · Plainbill` : 'Day · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', day = '' } = params;
  const search = searchOf(request.url, [...CHOICE_NAMES.one, 'by', 'hour'], CHOICE_NAMES.many);
  const by = search.get('by');
  if (by !== null && !isGrouping(by)) throw notUnderstood(`a day is told by ${GROUPINGS.join(', ')}.`);
  const hour = search.get('hour');
  if (hour && readEventTime(hour) === null)
    throw notUnderstood('“hour” is when an hour of the day begins, such as 2026-11-24T14:00:00Z.');
  const page = await context.pages.day(viewer, {
    ...{ accountId, day, choice: groupsOf(search) },
    ...(by === null ? {} : { by }),
    ...(hour ? { hour } : {}),
  });
  return { page, loadedAt: context.now().toISOString() };
}

export default function Day() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  return <DayScreen page={page} loadedAt={loadedAt} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Day" />;
}
