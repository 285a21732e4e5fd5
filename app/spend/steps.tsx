import type { InvoiceLine } from '#server/billing/invoice.types.ts';
import { exactText } from '#server/domain/decimal.ts';
import type { Currency } from '../format/money.ts';
import { quantityText, readsAsDuration } from '../format/quantity.ts';

const WORDS: Record<InvoiceLine['steps'][number]['name'], string> = {
  usage: 'Usage',
  license: 'Covered by license',
  allowance: 'Included',
  'charge model': 'At the price',
  'cap or minimum': 'Cap or minimum',
  discount: 'Discount',
  'license credit': 'Paid by license',
  rounding: 'Rounding',
  now: 'With late events',
  'charged before': 'Charged before',
};

/** What people call a step of the calculation. */
export const stepWords = (name: InvoiceLine['steps'][number]['name']): string => WORDS[name];

/** How a charge was computed, step by step; its amounts add up to the rounded charge. */
export function Steps({ line, of }: { line: InvoiceLine; of: Currency }) {
  return (
    <table className="numbers numbers-dense my-2">
      <caption className="sr-only">How this charge was computed</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" className="n">
            Quantity or {of.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {line.steps.map(({ name, licenseId, quantity, amount }) => (
          <tr key={`${name} ${licenseId ?? ''}`}>
            <th scope="row" className="break-anywhere">
              {WORDS[name]} {licenseId && <span className="text-ink-3">{licenseId}</span>}
            </th>
            <td className="n">
              {quantity !== undefined && <Exactly quantity={quantity} unit={line.unit} />}
              {amount !== undefined && exactText(amount, of.minorUnit)}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Charge, {of.currency}</th>
          <td className="n">{exactText(line.amount, of.minorUnit)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** Every digit, and for running time also hours and minutes. */
function Exactly({ quantity, unit }: { quantity: string; unit: string }) {
  const { short, exact } = quantityText({ unit }, quantity);
  return (
    <span className="whitespace-normal">
      {exact}
      {readsAsDuration({ unit }) && <span className="text-ink-3"> ({short})</span>}
    </span>
  );
}
