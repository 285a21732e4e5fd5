import { exactText } from '#server/domain/decimal.ts';
import type { ExplainedStep, Explanation } from '#server/explanation/explanation.types.ts';
import { exactMoneyText, moneyText } from '../format/money.ts';
import { quantityText, readsAsDuration } from '../format/quantity.ts';
import { momentText } from '../format/time.ts';

type Of = Pick<
  Explanation,
  'charge' | 'discountPercent' | 'invoice' | 'licenses' | 'marks' | 'meter' | 'prices' | 'steps'
>;

const NOTES: Partial<Record<ExplainedStep['name'], (of: Of, step: ExplainedStep) => string | null>> = {
  license: licenseNote,
  allowance: ({ prices, charge }) => {
    const included = prices.at(-1)?.price.included;
    return included === undefined ? null : `${quantityWords(charge, included)} included`;
  },
  'cap or minimum': limitNote,
  discount: ({ discountPercent, steps, invoice }) => {
    const before = steps.findLast(({ name }) => name === 'cap or minimum' || name === 'charge model')?.amountAfter;
    return before === undefined ? null : `${exactText(discountPercent)} % of ${exactMoneyText(before, invoice)}`;
  },
  rounding: ({ invoice }) =>
    `once, on this charge, half up to ${invoice.minorUnit === 2 ? 'the cent' : `${invoice.minorUnit} decimals`}`,
};

/** What a step took away or added, in words and figures; `null` where its figure says all. */
export function stepNote(step: ExplainedStep, of: Of): string | null {
  return NOTES[step.name]?.(of, step) ?? null;
}

/** When the license ran out: from then on nothing is covered. */
function licenseNote({ licenses, invoice }: Of, { licenseId }: ExplainedStep): string | null {
  const license = licenses.find(({ id }) => id === licenseId);
  if (license?.exhaustedAt == null) return null;
  return `until it ran out on ${momentText(license.exhaustedAt, invoice.period.timeZone, null)}`;
}

/** What is charged at most or at least, and how many slots came to it. */
function limitNote({ prices, invoice, marks }: Of, { amount = '0' }: ExplainedStep): string | null {
  const price = prices.at(-1)?.price;
  if (!amount.startsWith('-')) {
    return price?.minimum === undefined ? null : `at least ${moneyText(price.minimum, invoice)} once anything is used`;
  }
  if (price?.maximum === undefined) return null;
  const caps = marks.filter(({ kind }) => kind === 'cap');
  // Of many the rest is one mark, of no resource.
  const capped = caps.every(({ resource }) => resource !== null) ? caps.length : 0;
  const most = moneyText(price.maximum.amount, invoice);
  if (price.maximum.scope !== 'slot') return `at most ${most} a period`;
  const reached = capped === 0 ? '' : `; ${capped} ${capped === 1 ? 'slot' : 'slots'} came to it`;
  return `at most ${most} a period for each slot${reached}`;
}

function quantityWords(charge: Of['charge'], quantity: string): string {
  const { short, unit } = quantityText(charge, quantity);
  return readsAsDuration(charge) ? short : `${short} ${unit}`;
}
