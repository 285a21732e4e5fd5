import { Link } from '@remix-run/react';
import type { InvoiceLine, InvoiceView } from '#server/services/invoice.types.ts';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { paths } from '../../paths.ts';
import { lineName } from '../../spend/line-name.ts';

interface LineTableProps {
  invoice: InvoiceView;
  product: string;
  lines: InvoiceLine[];
}

/** The charges of one product; each opens to the steps of its calculation. */
export function LineTable({ invoice, product, lines }: LineTableProps) {
  return (
    <section className="card" aria-label={product}>
      <h2 className="mb-2">{product}</h2>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">Charge</th>
            <th scope="col" className="n on-wide">
              Quantity
            </th>
            <th scope="col" className="n">
              {invoice.currency}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <LineRow key={line.chargeId} line={line} invoice={invoice} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LineRow({ line, invoice }: { line: InvoiceLine; invoice: InvoiceView }) {
  return (
    <tr id={line.chargeId} className="target:bg-accent-soft">
      <th scope="row" className="break-anywhere">
        <details>
          <summary>
            {line.description} <span className="text-ink-3">{lineName(line)}</span>
            {line.corrects && (
              <>
                {' '}
                <Link
                  className="text-link"
                  to={paths.invoice(invoice.accountId, line.corrects.invoiceId, line.corrects.chargeId)}
                >
                  original charge
                </Link>
              </>
            )}
          </summary>
          <Steps line={line} invoice={invoice} />
        </details>
      </th>
      <td className="n on-wide">
        <QuantityValue measure={line} quantity={line.quantity} withUnit />
      </td>
      <td className="n">
        <span title={exactMoneyText(line.amountExact, invoice)}>{moneyText(line.amount, invoice)}</span>
      </td>
    </tr>
  );
}

/** What was done in which order; the amounts add up to the rounded line. */
function Steps({ line, invoice }: { line: InvoiceLine; invoice: InvoiceView }) {
  return (
    <dl className="facts mt-2 mb-2 text-fine">
      {line.steps.map(({ name, licenseId, quantity, amount }) => (
        <div key={`${name} ${licenseId ?? ''}`} className="contents">
          <dt>{licenseId === undefined ? name : `${name} ${licenseId}`}</dt>
          <dd>
            {quantity !== undefined && <QuantityValue measure={line} quantity={quantity} withUnit />}
            {amount !== undefined && exactMoneyText(amount, invoice)}
          </dd>
        </div>
      ))}
      <dt>exactly</dt>
      <dd>{exactMoneyText(line.amountExact, invoice)}</dd>
    </dl>
  );
}
