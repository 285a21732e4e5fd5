import { Link } from '@remix-run/react';
import { exactText, scaleOf } from '#server/domain/decimal.ts';
import type { ChargePart } from '#server/pages/spend-pages.types.ts';
import type { Currency } from '../../format/money.ts';
import { ChargeName } from '../../spend/charge-name.tsx';

interface PartTableProps {
  caption: string;
  of: Currency;
  charges: ChargePart[];
  sum: string;
  to: (part: ChargePart) => string;
}

/** Parts of charges to the last digit, each leading to what is behind it, and their sum. */
export function PartTable({ caption, of, charges, sum, to }: PartTableProps) {
  const scale = Math.max(of.minorUnit, ...[sum, ...charges.map(({ amountExact }) => amountExact)].map(scaleOf));
  return (
    <table className="numbers">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Charge</th>
          <th scope="col" className="n">
            {of.currency}, exactly
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
                {exactText(part.amountExact, scale)}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Together</th>
          <td className="n opened-amount">{exactText(sum, scale)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
