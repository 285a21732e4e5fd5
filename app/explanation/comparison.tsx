import type { Explanation } from '#server/services/explanation.types.ts';
import { exactText } from '../format/decimal.ts';
import { monthText } from '../format/time.ts';

type Of = Pick<Explanation, 'comparison' | 'invoice'>;

/** Why the charge differs from the period before; what is listed adds up to the difference. */
export function Comparison({ explanation }: { explanation: Of }) {
  const { comparison, invoice } = explanation;
  if (comparison === null) return null;
  const { drivers, previous, difference } = comparison;
  const exact = (amount: string) => `${amount.startsWith('-') ? '' : '+'}${exactText(amount, invoice.minorUnit)}`;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">What differs from the period before</caption>
      <tbody>
        <tr>
          <th scope="row">{monthText(previous.periodKey)}</th>
          <td className="n">{exactText(previous.amountExact, invoice.minorUnit)}</td>
        </tr>
        {drivers.map((driver) => (
          <tr key={`${driver.kind} ${driver.resource}`}>
            <th scope="row" className="break-anywhere">
              {driver.text} {driver.resource !== null && <span className="text-ink-3">{driver.resource}</span>}
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
  );
}
