import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { CorrectionsSince } from '#server/explanation/corrections/correction.types.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface CorrectedSinceProps {
  explanation: Pick<Explanation, 'account' | 'invoice'>;
  since: CorrectionsSince;
}

/** What late events changed about a charge of a final invoice, and where that was charged. */
export function CorrectedSince({ explanation: { account, invoice }, since }: CorrectedSinceProps) {
  const { corrections, pending } = since;
  if (corrections.length === 0 && pending === null) return null;
  const signed = (amount: string) => `${amount.startsWith('-') ? '' : '+'}${exactText(amount, invoice.minorUnit)}`;
  return (
    <section className="card" aria-labelledby="corrected">
      <h2 id="corrected" className="mb-2">
        Corrected since
      </h2>
      <table className="numbers">
        <caption className="sr-only">Corrections of this charge</caption>
        <thead>
          <tr>
            <th scope="col">On invoice</th>
            <th scope="col" className="n">
              {invoice.currency}, exactly
            </th>
          </tr>
        </thead>
        <tbody>
          {corrections.map((each) => (
            <tr key={each.chargeId}>
              <th scope="row">
                <Link className="text-link" to={paths.invoice(account.id, each.invoice.id, each.chargeId)}>
                  {each.invoice.number ?? `the draft of ${monthText(each.invoice.periodKey)}`}
                </Link>
              </th>
              <td className="n">
                <Link className="amount-link" to={paths.charge(account.id, each.chargeId)}>
                  {signed(each.amountExact)}
                </Link>
              </td>
            </tr>
          ))}
          {pending !== null && (
            <tr>
              <th scope="row">not on an invoice yet: on the next one that is made</th>
              <td className="n">{signed(pending.amountExact)}</td>
            </tr>
          )}
        </tbody>
      </table>
      <p className="mt-2 max-w-150 text-ink-2">
        Events of this period came after its invoice was final. The invoice stays as it is.
      </p>
    </section>
  );
}
