import { Form, NavLink } from '@remix-run/react';
import type { ReactNode } from 'react';
import { paths } from '../paths.ts';
import type { AccountChoice } from './account-choice.ts';
import { AccountMenu } from './account-menu.tsx';

interface ShellProps {
  account: AccountChoice;
  /** Some of the accounts to change to, this one included. */
  accounts: AccountChoice[];
  email: string;
  /** Zone of the account's bill. */
  timeZone: string;
  children: ReactNode;
}

/** The frame of every page of an account: a left column, or a bar at the top of a narrow screen. */
export function Shell({ account, accounts, email, timeZone, children }: ShellProps) {
  return (
    <div className="shell">
      <header className="side print:hidden">
        <AccountMenu account={account} accounts={accounts} />
        <nav aria-label="Main" className="flex gap-1 wide:flex-col wide:gap-0.5">
          <NavLink to={paths.account(account.id)} className="side-link" prefetch="none" end>
            Overview
          </NavLink>
          <NavLink to={paths.usage(account.id)} className="side-link" prefetch="none">
            Usage
          </NavLink>
          <NavLink to={paths.licenses(account.id)} className="side-link" prefetch="none">
            Licenses
          </NavLink>
          <NavLink to={paths.invoices(account.id)} className="side-link" prefetch="none">
            Invoices
          </NavLink>
          <NavLink to={paths.questions(account.id)} className="side-link" prefetch="none">
            Questions
          </NavLink>
          <NavLink to={paths.accounts()} className="side-link" end>
            Accounts
          </NavLink>
        </nav>
        <Form method="post" action={paths.signOut()} className="side-end">
          <span className="hidden truncate px-2 text-fine text-ink-3 wide:block" title={email}>
            {email}
          </span>
          <button type="submit" className="side-link w-full text-left">
            Sign out
          </button>
        </Form>
        <p className="hidden px-2 text-fine text-ink-3 wide:block">{zoneText(timeZone)}</p>
      </header>
      <main id="main" tabIndex={-1} className="page outline-none">
        {children}
        <p className="mt-6 text-fine text-ink-3 wide:hidden print:block">{zoneText(timeZone)}</p>
      </main>
    </div>
  );
}

function zoneText(timeZone: string): string {
  return `Times in ${timeZone.replaceAll('_', ' ')}, the time zone of your bill`;
}
