import type { HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { PageFoot } from '../../explanation/page-foot.tsx';
import { Resources } from '../../explanation/resources.tsx';
import { gone, SharedProblem } from '../../explanation-link/gone.tsx';
import { SharedBelow } from '../../explanation-link/shared-below.tsx';
import { issuerOf } from '../../explanation-link/shared-by.tsx';
import { paths } from '../../paths.ts';
import { searchOf } from '../../search-params.ts';
import { SharedScreen } from './explanation-link-screen.tsx';
import { SharedChangeScreen } from './shared-change-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.title} · Plainbill` : 'Plainbill' },
];

/** What is behind a link is nobody else's business. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' });

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const token = params.token ?? '';
  const reader = { viewer: context.viewer, token, ip: context.ip };
  const cursor = searchOf(request.url, ['cursor']).get('cursor');
  if (cursor === null) {
    const shared = await context.pages.sharedExplanation.first(reader);
    if (shared === null) throw gone();
    const title = shared.kind === 'change' ? 'What changed' : titleOf(shared.content.explanation);
    return { token, title, shared, further: null };
  }
  const further = await context.pages.sharedExplanation.resources(reader, cursor);
  if (further === null) throw gone();
  return { token, title: titleOf(further.explanation), shared: null, further };
}

/** What the charge is, and whose. */
function titleOf({ account, charge }: Pick<Explanation, 'account' | 'charge'>): string {
  const issuer = issuerOf(account);
  return issuer === null ? charge.description : `${charge.description} · ${issuer}`;
}

export default function Shared() {
  const { token, shared, further } = useLoaderData<typeof loader>();
  if (shared?.kind === 'change') return <SharedChangeScreen shared={shared} />;
  if (shared !== null) return <SharedScreen token={token} shared={shared} />;
  const { explanation, data } = further;
  return (
    <SharedBelow token={token} explanation={explanation} title="Further resources">
      <Resources explanation={explanation} resources={data} to={(name) => paths.sharedResource(token, name)} />
      <PageFoot
        invoice={explanation.invoice}
        page={further}
        isFirst={false}
        to={(next) => (next === undefined ? paths.shared(token) : paths.shared(token, next))}
      />
      <p className="mt-3">
        <Link className="text-link" to={paths.sharedEvents(token)}>
          All events
        </Link>
      </p>
    </SharedBelow>
  );
}

export const ErrorBoundary = SharedProblem;
