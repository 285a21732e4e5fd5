import type { CreditGrant } from '../database/invoices/credits.ts';

/** Who granted a credit, as somebody is told it; `null` where nobody did or it was not recorded. */
export type GrantorShown = (grant: Pick<CreditGrant, 'grantedBy'>) => string | null;

const SUPPORT = 'Plainbill support';

/** Customers are told that it was ours to grant; the platform's own people who did. */
export function grantorShown(isOurs: boolean): GrantorShown {
  return ({ grantedBy }) => (grantedBy === null || isOurs ? grantedBy : SUPPORT);
}
