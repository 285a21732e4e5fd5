import { licenseIn } from '../../domain/license-terms.ts';
import { addQuantities } from '../../domain/quantity.ts';
import type { ChargeMark, ExplainedResource } from '../explanation.types.ts';
import type { FoundCharge } from './find-charge.ts';
import type { OpenedCharge } from './open-charge.ts';
import { durationWords, groupedDigits as grouped, isRunningTime, quantityWords } from './quantity-words.ts';

/** What happened, in one or two plain sentences. */
export function sentenceOf(
  { price, line, meter, account, period, pricing }: FoundCharge,
  { rated, parts }: OpenedCharge,
  resources: readonly ExplainedResource[],
  marks: readonly ChargeMark[],
): string {
  const of = Object.values(line.lineValues).filter((value) => value !== '');
  const who = of.length === 0 ? '' : ` of ${of.join(', ')}`;
  const covered = addQuantities(resources.map((resource) => resource.covered));
  const included = addQuantities(resources.map((resource) => resource.included));
  const isTime = isRunningTime(meter);
  const amount = (quantity: string) => quantityWords(meter, quantity);
  const slots = new Set(parts.map(({ contribution }) => contribution.slot).filter((slot) => slot !== '')).size;
  const events = resources.reduce((sum, resource) => sum + resource.events, 0);
  const used = isTime
    ? `${price.description}${who} ran for ${durationWords(rated.quantity)}${slots > 1 ? ` in ${grouped(String(slots))} slots` : ''}`
    : `${price.description}${who}: ${amount(rated.quantity)} from ${grouped(String(events))} ${events === 1 ? 'event' : 'events'}`;
  const clauses = [used];
  if (covered !== '0') clauses.push(`${amount(covered)} of it ${isTime ? 'were' : 'was'} covered by a license`);
  if (included !== '0') clauses.push(`${amount(included)} of it ${isTime ? 'were' : 'was'} included`);
  for (const { name, licenseId, amount: paid } of rated.steps) {
    if (name !== 'license credit' || paid === undefined) continue;
    const paying = pricing.licenses.findLast(({ id, from }) => id === licenseId && Date.parse(from) * 1000 < period.to);
    const product = (paying && licenseIn(paying, period)?.product) ?? 'A license';
    clauses.push(`${product} paid ${grouped(paid.replace('-', ''))} ${account.currency} of it`);
  }
  for (const mark of foremost(marks)) clauses.push(`${lower(mark.text)} on ${instant(mark.at, period.timeZone)}`);
  return `${clauses.join('; ')}.`;
}

/** The few that tell most: what bears on every unit comes before what happened to one resource. */
function foremost(marks: readonly ChargeMark[]): ChargeMark[] {
  const isOfOne = ({ kind }: ChargeMark) => (kind === 'resize' || kind === 'correction' ? 1 : 0);
  const chosen = [...marks].sort((a, b) => isOfOne(a) - isOfOne(b)).slice(0, 3);
  return marks.filter((mark) => chosen.includes(mark));
}

function instant(rfc3339: string, timeZone: string): string {
  const format = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...format, timeZone }).format(new Date(rfc3339));
}

/** In the middle of a sentence; names stay as they are. */
function lower(text: string): string {
  return /^(A|Its|The|Tier|What) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
