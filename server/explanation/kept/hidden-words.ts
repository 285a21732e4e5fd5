import { addQuantities } from '../../domain/quantity.ts';
import { compareText } from '../../domain/text/text-order.ts';
import type { ChargeComparison, ChargeMark, Explanation } from '../explanation.types.ts';
import { sentenceFrom } from '../why/sentence.ts';

type Driver = ChargeComparison['drivers'][number];
type Licenses = Explanation['licenses'];

/** What stands in a mark's words instead of the names. */
interface Instead {
  resource: string | null;
  license: string;
}

/** By kind, the words without names: of some they have none, the others are put together again. */
const MARK_WORDS: Record<ChargeMark['kind'], (mark: ChargeMark, shown: Instead, licenses: Licenses) => string> = {
  // Figures and units.
  price: ({ text }) => text,
  tier: ({ text }) => text,
  allowance: ({ text }) => text,
  minimum: ({ text }) => text,
  cap: (mark, { resource }) => afterResource(mark, resource, CAPPED) ?? 'A cap was reached',
  resize: (mark, { resource }) => afterResource(mark, resource, CHANGED) ?? `${resource ?? 'A resource'} changed`,
  license: ({ text, licenseId }, { license }, licenses) => {
    const own = licenses.filter(({ id }) => id === licenseId);
    const rest = own.flatMap(({ product, unit }) => {
      const after = text.startsWith(product) ? text.slice(product.length) : '';
      return isOfLicense(after, unit) ? [after] : [];
    });
    return `${license}${rest[0] ?? ' changed'}`;
  },
  correction: () => 'What came late changed it',
};

const CAPPED =
  /^(?:, slot \d+,)? reached its cap of [\d.,]+$|^The charge reached its cap of [\d.,]+$|^\d+ more reached their cap until then$/;
const CHANGED = /^ changed (?:its|from) |^(?:At least )?\d+ more changed until then$/;

/** What a mark says, without names: of what was kept with names as of what was kept without. */
export function markWords(mark: ChargeMark, shown: Instead, licenses: Licenses): string {
  return MARK_WORDS[mark.kind](mark, shown, licenses);
}

/** The words with another name in front; `null` where they are not as such words are. */
function afterResource({ text, resource }: ChargeMark, shown: string | null, words: RegExp): string | null {
  if (resource === null) return words.test(text) && !text.startsWith(' ') ? text : null;
  const rest = text.startsWith(resource) ? text.slice(resource.length) : text;
  return words.test(rest) ? `${rest === text ? '' : shown}${rest}` : null;
}

function isOfLicense(words: string, unit: string): boolean {
  if (/^ (?:began|ended|ran out|counts usage differently)$/.test(words)) return true;
  return words.endsWith(` ${unit}`) && /^ went from [\d,.]+ to [\d,.]+$/.test(words.slice(0, -unit.length - 1));
}

const asItIs = ({ text }: Driver): string => text;

/** By kind: only words about licenses name anything, which are those of two periods, so that they are said in general. */
const DRIVER_WORDS: Record<Driver['kind'], (driver: Driver) => string> = {
  price: asItIs,
  discount: asItIs,
  license: ({ amountExact }) => `Licenses covered ${amountExact.startsWith('-') ? 'more' : 'less'}`,
  'new resource': asItIs,
  'gone resource': asItIs,
  usage: asItIs,
  base: asItIs,
  other: asItIs,
};

/** What a driver says, without names. */
export function driverWords(driver: Driver): string {
  return DRIVER_WORDS[driver.kind](driver);
}

/** What happened, made of what is shown without names. */
export function sentenceWithoutNames({ charge, meter, steps, licenses, checks, invoice, marks }: Explanation): string {
  const taken = (name: 'license' | 'allowance') =>
    addQuantities(steps.flatMap((step) => (step.name === name ? (step.quantity?.replace('-', '') ?? []) : [])));
  const product = (id: string | undefined) => licenses.find((license) => license.id === id)?.product ?? 'A license';
  return sentenceFrom({
    ...{ description: charge.description, meter, marks, quantity: charge.quantity, events: checks.events, slots: 0 },
    // In one order, whatever order they were kept in: the sentence is hashed.
    names: Object.entries(charge.lineValues)
      .sort(([a], [b]) => compareText(a, b))
      .map(([, name]) => name),
    covered: taken('license'),
    included: taken('allowance'),
    paid: steps.flatMap(({ name, licenseId, amount }) =>
      name === 'license credit' && amount !== undefined ? [{ product: product(licenseId), amount }] : [],
    ),
    currency: invoice.currency,
    timeZone: invoice.period.timeZone,
  });
}
