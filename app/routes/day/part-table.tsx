import { Link } from '@remix-run/react';
import type { ChargePart } from '#server/pages/spend-pages.types.ts';
import type { Currency } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';

interface PartTableProps {
  caption: string;
  of: Currency;
  charges: ChargePart[];
  sum: string;
  to: (part: ChargePart) => string;
  /** Whether that is about more than the part: then it is the charge that leads there, and not its amount. */
  isOfMore?: boolean;
}

/** Parts of charges, each leading to what is behind it, and their sum. */
export function PartTable({ caption, of, charges, sum, to, isOfMore = false }: PartTableProps) {
  return (
    <table className="numbers">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Charge</th>
          <th scope="col" className="n">
            {of.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {charges.map((part) => (
          <tr key={part.chargeId}>
            <th scope="row" className="break-anywhere">
              {isOfMore ? (
                <Link className="text-link" to={to(part)}>
                  <ChargeName line={part} />
                </Link>
              ) : (
                <ChargeName line={part} />
              )}
            </th>
            <td className="n">
              {isOfMore ? (
                <MoneyValue of={of} amount={part.amountExact} />
              ) : (
                <Link className="amount-link" to={to(part)}>
                  <MoneyValue of={of} amount={part.amountExact} insideLink />
                </Link>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Together</th>
          <td className="n opened-amount">
            <MoneyValue of={of} amount={sum} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
