import { Menu, MenuButton, MenuItem, MenuProvider, MenuSeparator } from '@ariakit/react';
import { Link } from '@remix-run/react';
import { paths } from '../paths.ts';
import type { AccountMenuProps } from './account-choice.ts';
import { AccountLabel } from './account-label.tsx';

/** A menu of accounts. Loaded on its own: most visits never open it. */
export function AccountPopup({ account, accounts }: AccountMenuProps) {
  return (
    <MenuProvider>
      <MenuButton className="account-name">
        <AccountLabel name={account.name} />
      </MenuButton>
      <Menu gutter={4} unmountOnHide className="menu" aria-label="Accounts">
        {accounts.map((a) => (
          <MenuItem
            key={a.id}
            className="menu-item"
            render={<Link to={paths.account(a.id)} aria-current={a.id === account.id ? 'page' : undefined} />}
          >
            {a.name}
          </MenuItem>
        ))}
        <MenuSeparator className="my-1 border-line" />
        <MenuItem className="menu-item" render={<Link to={paths.accounts()} />}>
          All accounts
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}
