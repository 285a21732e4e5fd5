import { Link } from '@remix-run/react';
import type { InvoiceView } from '#server/billing/invoice.types.ts';
import type { ChosenCharges } from '#server/pages/spend-pages.types.ts';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { paths } from '../../paths.ts';
import { choiceWords } from '../../spend/choice-words.ts';

/** Which charges of the invoice are shown, and what exactly these come to. */
export function Chosen({ invoice, chosen }: { invoice: InvoiceView; chosen: ChosenCharges }) {
  const { chargeIds, amountExact, amount, meter, ofNoApp } = chosen;
  const count = chargeIds.length;
  return (
    <section className="note-plain" aria-label="The charges chosen">
      {count > 0 && (
        <p className="text-lead tabular-nums">
          {moneyText(amountExact, invoice)}{' '}
          <span className="text-body text-ink-2">
            exactly <span className="opened-amount">{exactMoneyText(amountExact, invoice)}</span>
          </span>
        </p>
      )}
      <p>
        {count === 0
          ? `No charge of this invoice is ${choiceWords(chosen)}. That is not an amount of zero: what no price is for is not charged. `
          : `Only the charges ${choiceWords(chosen)} are shown${count === 1 ? '' : `, ${count} of them`}: before credits and tax. ${count === 1 ? 'Rounded once, it comes' : 'Each rounded once, they come'} to ${moneyText(amount, invoice)} on this invoice, whose total is that of all charges. `}
        <Link className="text-link" to={paths.invoice(invoice.accountId, invoice.id)}>
          Show all charges
        </Link>
      </p>
      {meter !== null && ofNoApp > 0 && (
        <p className="mt-1">
          {ofNoApp === 1 ? 'One charge of this meter is' : `${ofNoApp} charges of this meter are`} not told apart by
          app.{' '}
          <Link className="text-link" to={paths.invoiceCharges(invoice.accountId, invoice.id, { meter: meter.key })}>
            All charges of {meter.description}
          </Link>
        </p>
      )}
    </section>
  );
}
