import type { Explanation } from '#server/explanation/explanation.types.ts';

type Account = Explanation['account'];

/** Whose charge it is; `null` where the link hides names, and accounts are called by their kind. */
export function issuerOf({ id, name }: Pick<Account, 'id' | 'name'>): string | null {
  return id === 'account' && name === 'Account' ? null : name;
}

/** Who lets a charge be seen. */
export function SharedBy({ account }: { account: Account }) {
  const issuer = issuerOf(account);
  if (issuer === null) return <>Shared without names.</>;
  return (
    <>
      Shared by <b className="font-semibold">{issuer}</b>.
    </>
  );
}
