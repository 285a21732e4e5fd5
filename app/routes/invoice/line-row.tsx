import { Link } from '@remix-run/react';
import type { InvoiceLine, InvoiceView } from '#server/billing/invoice.types.ts';
import { exactText } from '#server/domain/decimal.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { paths } from '../../paths.ts';
import { ChargeLink } from '../../spend/charge-link.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';
import { lineName } from '../../spend/line-name.ts';
import { Steps } from '../../spend/steps.tsx';

/** One charge; opens to the steps of its calculation. */
export function LineRow({ line, invoice }: { line: InvoiceLine; invoice: InvoiceView }) {
  const { corrects, amended } = line;
  return (
    <tr id={line.chargeId} className="line-row">
      {/* What can be opened gives a header no name of its own. */}
      <th scope="row" className="break-anywhere" aria-label={`${line.description} ${lineName(line)}`.trim()}>
        <details>
          <summary>
            <ChargeName line={line} />
          </summary>
          <Steps line={line} of={invoice} />
        </details>
        {corrects && (
          <span className="text-fine text-ink-3">
            corrects{' '}
            <Link className="text-link" to={paths.invoice(invoice.accountId, corrects.invoiceId, corrects.chargeId)}>
              a charge of {corrects.number}
            </Link>
            {amended !== undefined && <>, whose period was amended: {amended}</>}
          </span>
        )}
      </th>
      <td className="n on-wide">
        <QuantityValue measure={line} quantity={line.quantity} withUnit />
      </td>
      <td className="n on-full text-ink-2">{exactText(line.amountExact, invoice.minorUnit)}</td>
      <td className="n">
        <ChargeLink accountId={invoice.accountId} line={line} of={invoice} />
      </td>
    </tr>
  );
}
