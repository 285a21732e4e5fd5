import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import { changeIdOf, changeOfId } from '#server/domain/change-id.ts';
import { shareAsked } from '../../explanation-link/share-asked.ts';
import { formOf, textOf } from '../../form-text.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { changesAsked } from './changes-asked.ts';
import { ChangesScreen } from './changes-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `What changed · ${data.page.account.name} · Plainbill` : 'What changed · Plainbill' },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const search = searchOf(request.url, ['period', 'day', 'against', 'charge', 'all']);
  const asked = changesAsked(search);
  const page = await context.pages.changes(viewer, {
    ...{ accountId: params.accountId ?? '', asked, all: search.get('all') === '1' },
  });
  const of = { accountId: page.account.id, chargeId: changeIdOf(page.asked) };
  const links = await context.pages.explanationLinks.list(viewer, of);
  return { page, links, loadedAt: context.now().toISOString() };
}

/** Shares the difference as it is now, or takes a link back. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '' } = params;
  const form = await formOf(request);
  if (form.get('intent') === 'revoke') {
    await context.pages.explanationLinks.revoke(viewer, { accountId, linkId: textOf(form, 'link') });
    return { url: null };
  }
  const change = textOf(form, 'change');
  if (changeOfId(change) === null) throw new Response('There is no such difference.', { status: 400 });
  const made = await context.pages.explanationLinks.create(viewer, {
    ...{ accountId, chargeId: change, ...shareAsked(form) },
  });
  return 'error' in made ? data({ url: null, error: made.error }, 400) : { url: made.url };
}

export default function Changes() {
  const loaded = useLoaderData<typeof loader>();
  return <ChangesScreen {...loaded} made={useActionData<typeof action>()} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="What changed" />;
}
