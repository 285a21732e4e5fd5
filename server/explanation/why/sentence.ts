import { microsOf } from '../../domain/instant.ts';
import { licenseIn } from '../../domain/license-terms.ts';
import { addQuantities } from '../../domain/quantity.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import type { ChargeMark, ExplainedResource } from '../explanation.types.ts';
import { groupedDigits as grouped, isRunningTime, type Measure, quantityWords } from './quantity-words.ts';

/** What a sentence about a charge tells. */
interface Told {
  description: string;
  /** What it is of: values of the line's dimensions. */
  names: readonly string[];
  meter: Measure;
  quantity: string;
  /** By licenses, in the meter's unit. */
  covered: string;
  included: string;
  events: number;
  /** How many ran; 0 where that is not told. */
  slots: number;
  /** What licenses in money paid; negative. */
  paid: readonly { product: string; amount: string }[];
  currency: string;
  marks: readonly ChargeMark[];
  timeZone: string;
}

/** What happened, in one or two plain sentences. */
export function sentenceOf(
  { price, line, meter, account, period, pricing }: FoundCharge,
  { rated, parts }: OpenedCharge,
  resources: readonly ExplainedResource[],
  marks: readonly ChargeMark[],
): string {
  return sentenceFrom({
    ...{ description: price.description, names: Object.values(line.lineValues), meter, marks },
    quantity: rated.quantity,
    covered: addQuantities(resources.map((resource) => resource.covered)),
    included: addQuantities(resources.map((resource) => resource.included)),
    events: resources.reduce((sum, resource) => sum + resource.events, 0),
    slots: new Set(parts.map(({ contribution }) => contribution.slot).filter((slot) => slot !== '')).size,
    paid: rated.steps.flatMap(({ name, licenseId, amount }) => {
      if (name !== 'license credit' || amount === undefined) return [];
      const paying = pricing.licenses.findLast(({ id, from }) => id === licenseId && microsOf(from) < period.to);
      return [{ product: (paying && licenseIn(paying, period)?.product) ?? 'A license', amount }];
    }),
    ...{ currency: account.currency, timeZone: period.timeZone },
  });
}

/** The sentence of what is told. */
export function sentenceFrom(told: Told): string {
  const { description, meter, quantity, covered, included, events, slots, paid, currency, marks, timeZone } = told;
  const of = told.names.filter((value) => value !== '');
  const who = of.length === 0 ? '' : ` of ${of.join(', ')}`;
  const isTime = isRunningTime(meter);
  const amount = (text: string) => quantityWords(meter, text);
  const used = isTime
    ? `${description}${who} ran for ${amount(quantity)}${slots > 1 ? ` in ${grouped(String(slots))} slots` : ''}`
    : `${description}${who}: ${amount(quantity)} from ${grouped(String(events))} ${events === 1 ? 'event' : 'events'}`;
  const clauses = [used];
  if (covered !== '0') clauses.push(`${amount(covered)} of it ${isTime ? 'were' : 'was'} covered by a license`);
  if (included !== '0') clauses.push(`${amount(included)} of it ${isTime ? 'were' : 'was'} included`);
  for (const { product, amount: less } of paid) {
    clauses.push(`${product} paid ${grouped(less.replace('-', ''))} ${currency} of it`);
  }
  for (const mark of foremost(marks)) clauses.push(`${lower(mark.text)} on ${instantWords(mark.at, timeZone)}`);
  return `${clauses.join('; ')}.`;
}

/** The few that tell most: what bears on every unit comes before what happened to one resource. */
function foremost(marks: readonly ChargeMark[]): ChargeMark[] {
  const isOfOne = ({ kind }: ChargeMark) => (kind === 'resize' || kind === 'correction' ? 1 : 0);
  const chosen = [...marks].sort((a, b) => isOfOne(a) - isOfOne(b)).slice(0, 3);
  return marks.filter((mark) => chosen.includes(mark));
}

/** `23 Nov, 04:41 UTC`. */
export function instantWords(rfc3339: string, timeZone: string): string {
  const format = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...format, timeZone }).format(new Date(rfc3339));
}

/** In the middle of a sentence; names stay as they are. */
function lower(text: string): string {
  return /^(A|Its|The|Tier|What) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
