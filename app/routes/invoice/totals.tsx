import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/services/invoice.types.ts';
import type { InvoiceArithmetic } from '#server/services/spend-pages.types.ts';
import { exactText } from '../../format/decimal.ts';
import { moneyText } from '../../format/money.ts';
import { paths } from '../../paths.ts';
import { ChargeLink } from '../../spend/charge-link.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';
import { Sum } from './sum.tsx';

interface TotalsProps {
  invoice: InvoiceView;
  arithmetic: InvoiceArithmetic;
}

/** From the charges to what is to be paid; each amount opens to how it comes about. */
export function Totals({ invoice, arithmetic }: TotalsProps) {
  const { afterDraws, taxBase, taxes, taxRounding } = arithmetic;
  const money = (amount: string) => moneyText(amount, invoice);
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  const percentOf = (taxPercent: string) => `${exactText(taxPercent)} %`;
  const percents = taxes.map(({ taxPercent }) => percentOf(taxPercent)).join(' and ');
  return (
    <section className="card" aria-labelledby="totals">
      <h2 id="totals" className="mb-2">
        Total
      </h2>
      <table className="numbers">
        <tbody>
          <Opens id="subtotal" name="Subtotal" amount={money(invoice.subtotal)}>
            <Lines invoice={invoice} arithmetic={arithmetic} />
          </Opens>
          {invoice.creditDraws.map((draw, i) => (
            <Opens
              key={draw.grantId}
              id={`credit-${draw.grantId}`}
              name={`Credit: ${draw.reason}`}
              amount={money(`-${draw.amount}`)}
            >
              <Sum
                caption={`What is drawn of ${draw.reason}`}
                rows={[
                  { name: 'Left to pay before', amount: exact(afterDraws[i - 1] ?? invoice.subtotal) },
                  { name: `Drawn of grant ${draw.grantId}`, amount: exact(`-${draw.amount}`) },
                ]}
                sum={{ name: 'Left to pay', amount: exact(afterDraws[i] ?? taxBase) }}
              />
              <p className="mb-2 text-fine font-normal">
                <Link className="text-link" to={paths.credits(invoice.accountId)}>
                  What was granted, drawn and lapsed
                </Link>
              </p>
            </Opens>
          ))}
          <Opens id="tax" name={`Tax, ${percents}`} amount={money(invoice.tax)}>
            <Sum
              caption="How tax is computed"
              rows={[
                ...taxes.map(({ taxPercent, base, exact: amount }) => ({
                  name: `${percentOf(taxPercent)} of ${exact(base)}, what is left after credits`,
                  amount: exact(amount),
                })),
                { name: taxes.length === 1 ? 'Rounded once' : 'Rounded, each rate once', amount: exact(taxRounding) },
              ]}
              sum={{ name: 'Tax', amount: exact(invoice.tax) }}
            />
          </Opens>
        </tbody>
        <tfoot>
          <Opens id="total" name={`Total, ${invoice.currency}`} amount={money(invoice.total)}>
            <Sum
              caption="How the total is computed"
              rows={[
                { name: 'Subtotal', amount: exact(invoice.subtotal) },
                ...invoice.creditDraws.map(({ reason, amount }) => ({
                  name: `Credit: ${reason}`,
                  amount: exact(`-${amount}`),
                })),
                { name: 'Tax', amount: exact(invoice.tax) },
              ]}
              sum={{ name: 'Total', amount: exact(invoice.total) }}
            />
          </Opens>
        </tfoot>
      </table>
    </section>
  );
}

interface OpensProps {
  id: string;
  name: string;
  amount: string;
  children: React.ReactNode;
}

/** An amount that opens to its arithmetic. */
function Opens({ id, name, amount, children }: OpensProps) {
  return (
    <tr id={id} className="opens-row">
      {/* What can be opened gives a header no name of its own. */}
      <th scope="row" className="break-anywhere" aria-label={name}>
        <details>
          <summary>{name}</summary>
          {children}
        </details>
      </th>
      <td className="n">{amount}</td>
    </tr>
  );
}

/** The lines as they are on the invoice, and what they were before each was rounded. */
function Lines({ invoice, arithmetic }: TotalsProps) {
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  return (
    <>
      <Sum
        caption="What the lines come to"
        rows={invoice.lines.map((line) => ({
          key: line.chargeId,
          name: <ChargeName line={line} />,
          amount: <ChargeLink accountId={invoice.accountId} line={line} of={invoice} />,
        }))}
        sum={{ name: 'Subtotal', amount: exact(invoice.subtotal) }}
      />
      <p className="mb-2 text-fine font-normal text-ink-3">
        Exactly, they come to {exact(arithmetic.exact)} {invoice.currency}; rounding each of them once adds{' '}
        {exact(arithmetic.rounding)}.
      </p>
    </>
  );
}
