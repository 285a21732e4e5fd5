import type { InvoiceView } from '#server/services/invoice.types.ts';
import { exactText } from '../../format/decimal.ts';
import { moneyText } from '../../format/money.ts';
import { clockOf, dayOf, dayText, momentText, monthText } from '../../format/time.ts';
import { productOf } from '../../spend/line-name.ts';
import { StateTag } from '../../spend/state-tag.tsx';
import { Unpriced } from '../../spend/unpriced.tsx';
import { LineTable } from './line-table.tsx';

/** One invoice: what it comes to, every charge in it, and how each was computed. */
export function InvoiceScreen({ invoice, asOf }: { invoice: InvoiceView; asOf: string }) {
  const products = [...new Set(invoice.lines.map(productOf))];
  const moment = (instant: string) => momentText(instant, invoice.period.timeZone, asOf);
  return (
    <>
      <div className="headline">
        <div className="min-w-0">
          <div className="mb-1 flex flex-wrap items-center gap-2">
            <h1 className="break-anywhere">{invoice.number ?? `Invoice of ${monthText(invoice.period.key)}`}</h1>
            <StateTag state={invoice.state} />
          </div>
          <p className="figure">{moneyText(invoice.total, invoice)}</p>
        </div>
        <dl className="facts">
          <dt>Period</dt>
          <dd>{periodText(invoice)}</dd>
          {invoice.projection && (
            <>
              <dt>Heading for</dt>
              <dd>
                {moneyText(invoice.projection.expected, invoice)} ({moneyText(invoice.projection.low, invoice)} –{' '}
                {moneyText(invoice.projection.high, invoice)})
              </dd>
            </>
          )}
          {invoice.finalAt && (
            <>
              <dt>Becomes final</dt>
              <dd>{moment(invoice.finalAt)}</dd>
            </>
          )}
          {invoice.finalizedAt && (
            <>
              <dt>Final since</dt>
              <dd>{moment(invoice.finalizedAt)}</dd>
            </>
          )}
          {invoice.voided && (
            <>
              <dt>Void since</dt>
              <dd>
                {moment(invoice.voided.at)}: {invoice.voided.reason}
              </dd>
            </>
          )}
          <dt>Metered through</dt>
          <dd>
            <time dateTime={invoice.meteredThrough}>{moment(invoice.meteredThrough)}</time>
          </dd>
        </dl>
      </div>
      {invoice.projection && <p className="mb-4 max-w-150 text-fine text-ink-3">{invoice.projection.method}</p>}
      <div className="grid gap-4">
        {invoice.lines.length === 0 && <p className="card text-ink-2">There is no charge on this invoice.</p>}
        {products.map((product) => (
          <LineTable
            key={product}
            invoice={invoice}
            product={product}
            lines={invoice.lines.filter((line) => productOf(line) === product)}
          />
        ))}
        <Totals invoice={invoice} />
        <Unpriced usage={invoice.unpriced} />
        {invoice.contentSha256 && (
          <p className="text-fine text-ink-3">
            SHA-256 of what was issued: <span className="break-anywhere font-mono">{invoice.contentSha256}</span>
          </p>
        )}
      </div>
    </>
  );
}

function Totals({ invoice }: { invoice: InvoiceView }) {
  return (
    <section className="card" aria-labelledby="totals">
      <h2 id="totals" className="mb-2">
        Total
      </h2>
      <table className="numbers">
        <tbody>
          <tr>
            <th scope="row">Subtotal</th>
            <td className="n">{moneyText(invoice.subtotal, invoice)}</td>
          </tr>
          {invoice.creditDraws.map((draw) => (
            <tr key={draw.grantId}>
              <th scope="row" className="break-anywhere">
                Credit: {draw.reason}
              </th>
              <td className="n">{moneyText(`-${draw.amount}`, invoice)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">Tax, {exactText(invoice.taxPercent)} %</th>
            <td className="n">{moneyText(invoice.tax, invoice)}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td className="n">{moneyText(invoice.total, invoice)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function periodText({ period }: InvoiceView): string {
  const edge = (instant: string) => {
    const clock = clockOf(instant, period.timeZone);
    const day = dayText(dayOf(instant, period.timeZone));
    return clock === '00:00:00' ? day : `${day}, ${clock}`;
  };
  return `${edge(period.from)} until ${edge(period.to)}, ${period.timeZone}`;
}
