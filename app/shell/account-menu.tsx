import { Link } from '@remix-run/react';
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useHydrated } from '../hydrated.ts';
import { paths } from '../paths.ts';

export interface AccountChoice {
  id: string;
  name: string;
}

export interface AccountMenuProps {
  account: AccountChoice;
  accounts: AccountChoice[];
}

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

/** What the link and the menu's button both show. */
export function AccountLabel({ name }: { name: string }) {
  return (
    <>
      <Letter name={name} />
      <span className="truncate">{name}</span>
      <ChevronDown aria-hidden="true" size={14} className="shrink-0" />
      <span className="sr-only">, choose another account</span>
    </>
  );
}

function Letter({ name }: { name: string }) {
  return (
    <span aria-hidden="true" className="badge-letter">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
