import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { monthText } from '../format/time.ts';
import { paths } from '../paths.ts';

type Of = Pick<Explanation, 'account' | 'charge' | 'comparison' | 'invoice'>;
type Compared = NonNullable<Explanation['comparison']>;

interface ComparisonProps {
  explanation: Of;
  /** Whether resources and the charge before can be gone to. */
  linked: boolean;
}

/** Why the charge differs from the period before: price, discount and licenses, then usage; it adds up to the difference. */
export function Comparison({ explanation, linked }: ComparisonProps) {
  const { account, comparison, invoice } = explanation;
  if (comparison === null) return null;
  const { drivers, previous, difference } = comparison;
  const exact = (amount: string) => `${amount.startsWith('-') ? '' : '+'}${exactText(amount, invoice.minorUnit)}`;
  const month = monthText(previous.periodKey);
  return (
    <>
      {invoice.state === 'projected' && (
        <p className="mb-2 text-ink-2">This period so far, compared with the whole of {month}.</p>
      )}
      <table className="numbers numbers-dense">
        <caption className="sr-only">What differs from the period before</caption>
        <tbody>
          <tr>
            <th scope="row">
              {linked ? (
                <Link className="text-link" to={paths.charge(account.id, previous.chargeId)}>
                  {month}
                </Link>
              ) : (
                month
              )}
            </th>
            <td className="n">{exactText(previous.amountExact, invoice.minorUnit)}</td>
          </tr>
          {drivers.map((driver) => (
            <tr key={`${driver.kind} ${driver.resource} ${driver.text}`}>
              <th scope="row" className="break-anywhere">
                {driver.resource !== null && (
                  <>
                    <DriverResource explanation={explanation} driver={driver} linked={linked} />{' '}
                  </>
                )}
                <span className={driver.resource === null ? '' : 'text-ink-3'}>{driver.text}</span>
              </th>
              <td className="n">{exact(driver.amountExact)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Difference, {invoice.currency}</th>
            <td className="n">{exact(difference)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}

interface DriverResourceProps extends ComparisonProps {
  driver: Compared['drivers'][number];
}

/** The resource, leading to what it adds; one that is gone to what it added before. */
function DriverResource({ explanation: { account, charge, comparison }, driver, linked }: DriverResourceProps) {
  const { kind, resource } = driver;
  if (resource === null || comparison === null) return null;
  if (!linked || resource === '') return <>{resource}</>;
  const chargeId = kind === 'gone resource' ? comparison.previous.chargeId : charge.chargeId;
  return (
    <Link className="text-link" to={paths.chargeResource(account.id, chargeId, resource)}>
      {resource}
    </Link>
  );
}
