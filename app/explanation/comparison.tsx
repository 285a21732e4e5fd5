import { exactText } from '#server/domain/decimal.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { monthText } from '../format/time.ts';

interface ComparisonProps {
  comparison: NonNullable<Explanation['comparison']>;
  invoice: Explanation['invoice'];
}

/** Why a charge differs from the period before, as earlier versions told it: only of what they kept. */
export function Comparison({ comparison, invoice }: ComparisonProps) {
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
            <th scope="row">{month}</th>
            <td className="n">{exactText(previous.amountExact, invoice.minorUnit)}</td>
          </tr>
          {drivers.map((driver) => (
            <tr key={`${driver.kind} ${driver.resource} ${driver.text}`}>
              <th scope="row" className="break-anywhere">
                {driver.resource !== null && <>{driver.resource} </>}
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
