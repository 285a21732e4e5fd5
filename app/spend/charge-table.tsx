import type { Currency } from '../format/money.ts';
import type { ShownLine } from '../live/live-invoice.ts';
import { ChargeLink } from './charge-link.tsx';
import { ChargeName } from './charge-name.tsx';

interface ChargeTableProps {
  accountId: string;
  lines: ShownLine[];
  of: Currency;
}

/** Charges and what they come to, each leading to what is behind it. */
export function ChargeTable({ accountId, lines, of }: ChargeTableProps) {
  return (
    <table className="numbers">
      <thead>
        <tr>
          <th scope="col">Charge</th>
          <th scope="col" className="n">
            {of.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.chargeId}>
            <th scope="row" className="break-anywhere">
              <ChargeName line={line} />
              {line.runs && <Runs />}
            </th>
            <td className="n">
              <ChargeLink accountId={accountId} line={line} of={of} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A charge that grows with time, also while nothing happens. */
function Runs() {
  return (
    <span className="ml-1.5 inline-flex items-center gap-1 text-fine whitespace-nowrap text-ink-3">
      <span aria-hidden="true" className="dot dot-live" /> running
    </span>
  );
}
