import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import { periodOfCorrection } from '#server/domain/correction-id.ts';
import { shareAsked } from '../../explanation-link/share-asked.ts';
import { formOf, textOf } from '../../form-text.ts';
import { searchOf } from '../../search-params.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { lineName } from '../../spend/line-name.ts';
import { ChargeScreen } from './charge-screen.tsx';
import { CorrectionScreen } from './correction-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => {
  if (!loaded) return [{ title: 'Charge · Plainbill' }];
  const { charge, account } = loaded.kind === 'correction' ? loaded.correction : loaded.explanation;
  return [{ title: `${charge.description} ${lineName(charge)} · ${account.name} · Plainbill` }];
};

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  if (periodOfCorrection(chargeId) !== null) {
    const correction = await context.pages.explanation.correction(viewer, { accountId, chargeId });
    return { kind: 'correction' as const, correction, loadedAt: context.now().toISOString() };
  }
  const cursor = searchOf(request.url, ['cursor']).get('cursor') ?? undefined;
  const question = { accountId, chargeId, ...(cursor === undefined ? {} : { cursor }) };
  const [explanation, since, links, changes] = await Promise.all([
    context.pages.explanation.explain(viewer, question),
    context.pages.explanation.correctionsSince(viewer, { accountId, chargeId }),
    context.pages.explanationLinks.list(viewer, { accountId, chargeId }),
    cursor === undefined ? context.pages.explanation.changes(viewer, { accountId, chargeId }) : null,
  ]);
  return {
    kind: 'charge' as const,
    explanation,
    since,
    changes,
    links,
    isFirst: cursor === undefined,
    loadedAt: context.now().toISOString(),
  };
}

/** Shares the charge as it is now, or takes a link back. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  const form = await formOf(request);
  if (form.get('intent') === 'revoke') {
    await context.pages.explanationLinks.revoke(viewer, { accountId, linkId: textOf(form, 'link') });
    return { url: null };
  }
  const made = await context.pages.explanationLinks.create(viewer, {
    ...{ accountId, chargeId, ...shareAsked(form) },
  });
  return 'error' in made ? data({ url: null, error: made.error }, 400) : { url: made.url };
}

export default function Charge() {
  const loaded = useLoaderData<typeof loader>();
  const made = useActionData<typeof action>();
  if (loaded.kind === 'correction')
    return <CorrectionScreen correction={loaded.correction} loadedAt={loaded.loadedAt} />;
  return <ChargeScreen {...loaded} made={made} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Charge" />;
}
