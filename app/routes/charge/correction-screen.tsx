import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { Correction } from '#server/explanation/corrections/correction.types.ts';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { CorrectedResources } from './corrected-resources.tsx';
import { LateEvents } from './late-events.tsx';

/** A correction opened: what was charged, what it comes to, what that is made of, and the events that came late. */
export function CorrectionScreen({ correction, loadedAt }: { correction: Correction; loadedAt: string }) {
  const { account, invoice, original, checks } = correction;
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  const name = original.invoice.number ?? monthText(original.invoice.periodKey);
  return (
    <>
      <ChargeHead explanation={correction} loadedAt={loadedAt} linked>
        <p className="mt-2">
          {original.charged ? (
            <Link className="text-link" to={paths.charge(account.id, original.chargeId)}>
              The charge as it was issued with {name}
            </Link>
          ) : (
            `Nothing of it was charged with ${name}.`
          )}
        </p>
      </ChargeHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <p className="max-w-170 text-lead">
          {correction.eventCount} {correction.eventCount === 1 ? 'event' : 'events'} of{' '}
          {monthText(original.invoice.periodKey)} came after its invoice was final. That invoice stays as it is; the
          difference is charged here.
        </p>
        <section className="card" aria-labelledby="computed">
          <h2 id="computed" className="mb-2">
            What it comes to, and what was charged
          </h2>
          <Difference correction={correction} exact={exact} />
        </section>
        <section className="card" aria-labelledby="resources">
          <h2 id="resources" className="mb-2">
            By resource
          </h2>
          <CorrectedResources correction={correction} />
          <p className="mt-2 text-ink-2">
            {checks.difference === '0'
              ? `Adds up to ${exact(checks.line)} ${invoice.currency} exactly.`
              : `Adds up to ${exact(checks.sumOfParts)}, not ${exact(checks.line)}: ${exact(checks.difference)} ${invoice.currency} cannot be shown.`}
          </p>
        </section>
        <section className="card" aria-labelledby="late">
          <h2 id="late" className="mb-2">
            Events that came late
          </h2>
          <LateEvents correction={correction} loadedAt={loadedAt} />
        </section>
      </div>
    </>
  );
}

interface DifferenceProps {
  correction: Correction;
  exact: (amount: string) => string;
}

/** What the period comes to now, less what was charged for it so far. */
function Difference({ correction, exact }: DifferenceProps) {
  const { account, charge, invoice, original, before } = correction;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">From what it comes to now to the difference</caption>
      <tbody>
        <tr>
          <th scope="row">{monthText(original.invoice.periodKey)} with the late events</th>
          <td className="n">{exact(correction.now)}</td>
        </tr>
        {before.map((each) => (
          <tr key={each.chargeId}>
            <th scope="row">
              Charged with{' '}
              <Link className="text-link" to={paths.charge(account.id, each.chargeId)}>
                {each.invoice.number ?? monthText(each.invoice.periodKey)}
              </Link>
            </th>
            <td className="n">{exact(negated(each.amountExact))}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">This correction, {invoice.currency}</th>
          <td className="n">{exact(charge.amountExact)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The other sign, of text. */
function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
