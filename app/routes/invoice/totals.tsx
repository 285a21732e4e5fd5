import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import { exactText } from '#server/domain/decimal.ts';
import type { InvoiceArithmetic } from '#server/pages/spend-pages.types.ts';
import { moneyText } from '../../format/money.ts';
import { paths } from '../../paths.ts';
import { ChargeLink } from '../../spend/charge-link.tsx';
import { ChargeName } from '../../spend/charge-name.tsx';
import { Sum } from './sum.tsx';

interface TotalsProps {
  invoice: InvoiceView;
  arithmetic: InvoiceArithmetic;
  /** Whether all charges are shown: else the page is about those that are. */
  isAll: boolean;
}

/** From the charges to what is to be paid; each amount opens to how it comes about. */
export function Totals({ invoice, arithmetic, isAll }: TotalsProps) {
  const { leftAtDraws, taxes, taxRounding } = arithmetic;
  const credits = invoice.creditDraws.map((draw, i) => ({
    ...draw,
    left: leftAtDraws[i] ?? { before: '', after: '' },
  }));
  const money = (amount: string) => moneyText(amount, invoice);
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  const percentOf = (taxPercent: string) => `${exactText(taxPercent)} %`;
  const beforeTax = credits.filter(({ pays }) => pays === undefined);
  const creditRows = (what: 'charges' | 'total') =>
    credits
      .filter(({ pays = 'charges' }) => pays === what)
      .map(({ grantId, reason, amount }) => ({ key: grantId, name: `Credit: ${reason}`, amount: exact(`-${amount}`) }));
  const percents = taxes.map(({ taxPercent }) => percentOf(taxPercent)).join(' and ');
  return (
    <section className="card" aria-labelledby="totals">
      <h2 id="totals" className="mb-2">
        Total
      </h2>
      <table className="numbers">
        <tbody>
          <Opens id="subtotal" name="Subtotal" amount={money(invoice.subtotal)} isAbout={isAll}>
            <Lines invoice={invoice} arithmetic={arithmetic} isAbout={isAll} />
          </Opens>
          <Credits invoice={invoice} draws={beforeTax} />
          <Opens id="tax" name={`Tax, ${percents}`} amount={money(invoice.tax)} isAbout={isAll}>
            <Sum
              caption="How tax is computed"
              rows={[
                ...taxes.map(({ taxPercent, base, exact: amount }) => ({
                  name: `${percentOf(taxPercent)} of ${exact(base)}${beforeTax.length === 0 ? '' : ', what is left after credits'}`,
                  amount: exact(amount),
                })),
                { name: taxes.length === 1 ? 'Rounded once' : 'Rounded, each rate once', amount: exact(taxRounding) },
              ]}
              sum={{ name: 'Tax', amount: exact(invoice.tax) }}
            />
          </Opens>
          <Credits invoice={invoice} draws={credits.filter(({ pays }) => pays === 'total')} />
        </tbody>
        <tfoot>
          <Opens id="total" name={`Total, ${invoice.currency}`} amount={money(invoice.total)}>
            <Sum
              caption="How the total is computed"
              rows={[
                { name: 'Subtotal', amount: exact(invoice.subtotal) },
                ...creditRows('charges'),
                { name: 'Tax', amount: exact(invoice.tax) },
                ...creditRows('total'),
              ]}
              sum={{ name: 'Total', amount: exact(invoice.total) }}
            />
          </Opens>
        </tfoot>
      </table>
      {invoice.total.startsWith('-') && invoice.state !== 'void' && (
        <p className="mt-2 text-fine text-ink-2">
          {invoice.state === 'final' ? 'Nothing is to be paid: this became' : 'Once it is final, this becomes'} a
          credit, which pays later invoices.{' '}
          <Link className="text-link" to={paths.credits(invoice.accountId)}>
            Credits
          </Link>
        </p>
      )}
    </section>
  );
}

interface CreditsProps {
  invoice: InvoiceView;
  draws: (InvoiceView['creditDraws'][number] & { left: InvoiceArithmetic['leftAtDraws'][number] })[];
}

/** What is drawn of each credit, and what was left to pay before and after it. */
function Credits({ invoice, draws }: CreditsProps) {
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  return draws.map(({ grantId, reason, amount, pays, left }) => (
    <Opens key={grantId} id={`credit-${grantId}`} name={`Credit: ${reason}`} amount={moneyText(`-${amount}`, invoice)}>
      <Sum
        caption={`What is drawn of ${reason}`}
        rows={[
          {
            name: pays === 'total' ? 'Left to pay before, with tax' : 'Left to pay before',
            amount: exact(left.before),
          },
          { name: `Drawn of grant ${grantId}`, amount: exact(`-${amount}`) },
        ]}
        sum={{ name: 'Left to pay', amount: exact(left.after) }}
      />
      <p className="mb-2 text-fine font-normal">
        {pays === 'total' && 'Its tax was given back by the invoice it comes from: tax is charged before it is drawn. '}
        <Link className="text-link" to={paths.credits(invoice.accountId)}>
          What was granted, drawn and lapsed
        </Link>
      </p>
    </Opens>
  ));
}

interface OpensProps {
  id: string;
  name: string;
  amount: string;
  /** Whether the page is about it. */
  isAbout?: boolean;
  children: React.ReactNode;
}

/** An amount that opens to its arithmetic. */
function Opens({ id, name, amount, isAbout = false, children }: OpensProps) {
  return (
    <tr id={id} className="opens-row">
      {/* What can be opened gives a header no name of its own. */}
      <th scope="row" className="break-anywhere" aria-label={name}>
        <details>
          <summary>{name}</summary>
          {children}
        </details>
      </th>
      <td className="n">{isAbout ? <span className="opened-amount">{amount}</span> : amount}</td>
    </tr>
  );
}

/** The lines as they are on the invoice, and what they were before each was rounded. */
function Lines({ invoice, arithmetic, isAbout }: Omit<TotalsProps, 'isAll'> & { isAbout: boolean }) {
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
        Exactly, they come to{' '}
        <span className={isAbout ? 'opened-amount' : ''}>
          {exact(arithmetic.exact)} {invoice.currency}
        </span>
        ; rounding each of them once adds {exact(arithmetic.rounding)}.
      </p>
    </>
  );
}
