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
}

/** Parts of charges, each leading to what is behind it, and their sum. */
export function PartTable({ caption, of, charges, sum, to }: PartTableProps) {
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
              <ChargeName line={part} />
            </th>
            <td className="n">
              <Link className="amount-link" to={to(part)}>
                <MoneyValue of={of} amount={part.amountExact} insideLink />
              </Link>
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
