import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { paths } from '../paths.ts';
import { requireViewer } from '../session/require-viewer.ts';

/** No page of its own: to the only account's overview, or to the choice among several. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const accounts = await context.pages.accountsOf(viewer);
  const [only] = accounts;
  throw redirect(only && accounts.length === 1 ? paths.account(only.id) : paths.accounts());
}
