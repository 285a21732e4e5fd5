import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import { changeOfId } from '#server/domain/change-id.ts';
import { readEventParams } from '../../event-param.ts';
import { formOf, textOf } from '../../form-text.ts';
import { paths } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { AskScreen, askTitle } from './ask-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${askTitle(data.page)} · ${data.page.account.name} · Plainbill` : 'Ask · Plainbill' },
];

/** The charge, or the difference, that an address asks about. @throws a 400 `Response` for none of both */
function askedAbout(search: URLSearchParams): string {
  const [charge, change] = [search.get('charge') ?? '', search.get('change')];
  if (change === null && changeOfId(charge) === null) return charge;
  if (change !== null && charge === '' && changeOfId(change) !== null) return change;
  throw new Response('Ask about a charge, or about a difference.', { status: 400 });
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const search = searchOf(request.url, ['charge', 'change'], ['event']);
  const asked = { accountId: params.accountId ?? '', chargeId: askedAbout(search) };
  const events = readEventParams(search);
  const page = await context.pages.questions.askForm(viewer, asked);
  return { page, events, loadedAt: context.now().toISOString() };
}

/** What is asked about stands in the address, which the form keeps. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const search = searchOf(request.url, ['charge', 'change'], ['event']);
  const accountId = params.accountId ?? '';
  const text = textOf(await formOf(request), 'text');
  const answer = await context.pages.questions.ask(viewer, {
    accountId,
    chargeId: askedAbout(search),
    eventRefs: readEventParams(search),
    text,
  });
  if ('error' in answer) return data({ error: answer.error, text }, 400);
  return redirect(paths.question(accountId, answer.questionId));
}

export default function Ask() {
  const { page, events, loadedAt } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  return <AskScreen page={page} events={events} loadedAt={loadedAt} refused={refused} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Ask" />;
}
