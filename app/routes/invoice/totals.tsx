import type { InvoiceView } from '#server/services/invoice.types.ts';
import { exactText } from '../../format/decimal.ts';
import { moneyText } from '../../format/money.ts';

/** From the charges to what is to be paid. */
export function Totals({ invoice }: { invoice: InvoiceView }) {
  const money = (amount: string) => moneyText(amount, invoice);
  return (
    <section className="card" aria-labelledby="totals">
      <h2 id="totals" className="mb-2">
        Total
      </h2>
      <table className="numbers">
        <tbody>
          <tr>
            <th scope="row">Subtotal</th>
            <td className="n">{money(invoice.subtotal)}</td>
          </tr>
          {invoice.creditDraws.map((draw) => (
            <tr key={draw.grantId}>
              <th scope="row" className="break-anywhere">
                Credit: {draw.reason}
              </th>
              <td className="n">{money(`-${draw.amount}`)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">Tax, {exactText(invoice.taxPercent)} %</th>
            <td className="n">{money(invoice.tax)}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total, {invoice.currency}</th>
            <td className="n">{money(invoice.total)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
