import { Link } from '@remix-run/react';
import { lazy, Suspense } from 'react';
import { useHydrated } from '../hydrated.ts';
import { paths } from '../paths.ts';
import type { AccountMenuProps } from './account-choice.ts';
import { AccountLabel, Letter } from './account-label.tsx';

const AccountPopup = lazy(() => import('./account-popup.tsx').then((m) => ({ default: m.AccountPopup })));

/** The account one is in, and the way to another: a link to the list of accounts, a menu once its script is here. */
export function AccountMenu({ account, accounts }: AccountMenuProps) {
  const hydrated = useHydrated();
  if (accounts.length < 2)
    return (
      <p className="account-name">
        <Letter name={account.name} />
        <span className="truncate">{account.name}</span>
      </p>
    );

  const link = (
    <Link to={paths.accounts()} className="account-name">
      <AccountLabel name={account.name} />
    </Link>
  );
  return hydrated ? (
    <Suspense fallback={link}>
      <AccountPopup account={account} accounts={accounts} />
    </Suspense>
  ) : (
    link
  );
}
