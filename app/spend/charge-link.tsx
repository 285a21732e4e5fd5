import { Link } from '@remix-run/react';
import type { InvoiceLine } from '#server/billing/invoice.types.ts';
import type { Currency } from '../format/money.ts';
import { MoneyValue } from '../format/money-value.tsx';
import { paths } from '../paths.ts';

interface ChargeLinkProps {
  accountId: string;
  line: Pick<InvoiceLine, 'chargeId' | 'amount' | 'amountExact'>;
  of: Currency;
}

/** The amount of a charge, leading to what is behind it. */
export function ChargeLink({ accountId, line, of }: ChargeLinkProps) {
  return (
    <Link className="amount-link" to={paths.charge(accountId, line.chargeId)}>
      <MoneyValue of={of} amount={line.amount} exact={line.amountExact} insideLink />
    </Link>
  );
}
