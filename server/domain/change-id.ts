import { readEventTime, toRfc3339 } from './instant.ts';

/** Any two spans, the later one first; RFC 3339. */
export interface TwoSpans {
  from: string;
  to: string;
  compareFrom: string;
  compareTo: string;
}

/** A difference that can be asked for: of a month and the one before, of a day, of a charge, or of any two spans. */
export type Change =
  | { period: string }
  | { day: string; against: 'previous' | 'usual' }
  | { chargeId: string }
  | TwoSpans;

const MONTH = /^changes-((?!0000)\d{4}-(?:0[1-9]|1[0-2]))$/;
const DAY = /^changes-((?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))-(previous|usual)$/;
const CHARGE = /^changes-of-([\w.:~-]{1,180})$/;
const SPANS = /^changes-from-(\d{1,17})-(\d{1,17})-(\d{1,17})-(\d{1,17})$/;

/** The id of a difference, beside those of charges, none of which begins so. It says all that was asked for. */
export function changeIdOf(change: Change): string {
  if ('period' in change) return `changes-${change.period}`;
  if ('day' in change) return `changes-${change.day}-${change.against}`;
  if ('chargeId' in change) return `changes-of-${change.chargeId}`;
  const { from, to, compareFrom, compareTo } = change;
  return `changes-from-${[from, to, compareFrom, compareTo].map(readEventTime).join('-')}`;
}

/** What an id asks for; `null` where it is none of a difference. */
export function changeOfId(id: string): Change | null {
  const [, period] = MONTH.exec(id) ?? [];
  if (period !== undefined) return { period };
  const [, day, against] = DAY.exec(id) ?? [];
  if (day !== undefined) return { day, against: against === 'previous' ? 'previous' : 'usual' };
  const [, chargeId] = CHARGE.exec(id) ?? [];
  if (chargeId !== undefined) return { chargeId };
  const spans = SPANS.exec(id)?.slice(1).map(Number);
  if (spans === undefined) return null;
  const [from, to, compareFrom, compareTo] = spans.map(toRfc3339) as [string, string, string, string];
  return { from, to, compareFrom, compareTo };
}
