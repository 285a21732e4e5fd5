import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { changeIdOf, changeOfId } from '#server/domain/change-id.ts';
import type { ChangesPage } from '#server/pages/changes-page.ts';
import { namesOf } from '../../changes/span-names.ts';
import { shareAsked } from '../../explanation-link/share-asked.ts';
import { formOf, textOf } from '../../form-text.ts';
import { CHOICE_NAMES, groupsOf } from '../../paths.ts';
import { notUnderstood, searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { BOUNDS, changesAsked } from './changes-asked.ts';
import { ChangesProblem } from './changes-problem.tsx';
import { ChangesScreen } from './changes-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${titleOf(data.page)} · ${data.page.account.name} · Plainbill` : 'What changed · Plainbill' },
];

/** Several differences are often open beside each other: their titles tell them apart. */
function titleOf(page: ChangesPage): string {
  if (page.changes === null) return 'What changed';
  const { now, before } = namesOf(page, page.changes);
  return `What changed: ${now} against ${before}`;
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const one = ['period', 'day', 'against', 'charge', 'all', ...BOUNDS, ...CHOICE_NAMES.one];
  const search = searchOf(request.url, one, CHOICE_NAMES.many);
  const asked = changesAsked(search);
  const choice = groupsOf(search);
  if ('chargeId' in asked && Object.keys(choice).length > 0)
    throw notUnderstood('a charge is of one app and one price.');
  const page = await context.pages.changes(viewer, {
    ...{ accountId: params.accountId ?? '', asked, choice, all: search.get('all') === '1' },
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
  return <ChangesProblem />;
}
