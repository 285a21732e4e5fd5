import type { LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, type ShouldRevalidateFunctionArgs, useLoaderData } from '@remix-run/react';
import { requireViewer } from '../session/require-viewer.ts';
import { Shell } from '../shell/shell.tsx';

/** More than these are easier to find on the page of all accounts. */
const ACCOUNTS_IN_MENU = 12;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const accounts = await context.pages.accountsOf(viewer);
  const account = accounts.find((a) => a.id === params.accountId);
  if (!account) throw new Response('There is no such account, or it is not yours to see.', { status: 404 });
  return { account, accounts: accounts.slice(0, ACCOUNTS_IN_MENU), email: viewer.email };
}

/** The frame changes with the account only; the numbers inside are loaded again every few seconds. */
export function shouldRevalidate({
  currentParams,
  nextParams,
  formMethod,
  defaultShouldRevalidate,
}: ShouldRevalidateFunctionArgs) {
  if (formMethod && formMethod !== 'GET') return defaultShouldRevalidate;
  return currentParams.accountId !== nextParams.accountId;
}

export default function Account() {
  const { account, accounts, email } = useLoaderData<typeof loader>();
  return (
    <Shell account={account} accounts={accounts} email={email} timeZone={account.timeZone}>
      <Outlet />
    </Shell>
  );
}
