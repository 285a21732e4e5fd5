import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import { textOf } from '../../form-text.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { lineName } from '../../spend/line-name.ts';
import { ChargeScreen } from './charge-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => {
  if (!loaded) return [{ title: 'Charge · Plainbill' }];
  const { charge, account } = loaded.explanation;
  return [{ title: `${charge.description} ${lineName(charge)} · ${account.name} · Plainbill` }];
};

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  const question = { accountId, chargeId, ...(cursor === undefined ? {} : { cursor }) };
  const [explanation, links] = await Promise.all([
    context.services.explanation.explain(viewer, question),
    context.services.explanationLinks.list(viewer, { accountId, chargeId }),
  ]);
  return { explanation, links, isFirst: cursor === undefined, asOf: context.now().toISOString() };
}

/** Shares the charge as it is now, or takes a link back. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', chargeId = '' } = params;
  const form = await request.formData();
  if (form.get('intent') === 'revoke') {
    await context.services.explanationLinks.revoke(viewer, { accountId, linkId: textOf(form, 'link') });
    return { url: null };
  }
  const made = await context.services.explanationLinks.create(viewer, {
    accountId,
    chargeId,
    expiresIn: textOf(form, 'expiresIn'),
    note: textOf(form, 'note'),
    hidePayloads: form.get('hidePayloads') !== null,
    hideNames: form.get('hideNames') !== null,
  });
  return 'error' in made ? data({ url: null, error: made.error }, 400) : { url: made.url };
}

export default function Charge() {
  const { explanation, links, isFirst, asOf } = useLoaderData<typeof loader>();
  const made = useActionData<typeof action>();
  return <ChargeScreen explanation={explanation} links={links} made={made} isFirst={isFirst} asOf={asOf} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Charge" />;
}
