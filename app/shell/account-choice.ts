/** An account one may go to. */
export interface AccountChoice {
  id: string;
  name: string;
}

/** The account one is in, among those one may go to. */
export interface AccountMenuProps {
  account: AccountChoice;
  accounts: AccountChoice[];
}
