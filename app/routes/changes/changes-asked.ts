import { readEventTime } from '#server/domain/instant.ts';
import type { ChangesAsked } from '#server/pages/changes-page.ts';
import { notUnderstood } from '../../search-params.ts';

/** The bounds of two spans, as addresses and the form name them. */
export const BOUNDS = ['from', 'to', 'compareFrom', 'compareTo'] as const;

const DAY = /^[12]\d{3}-\d\d-\d\d$/;

/**
 * The difference an address asks for: of two spans, of a charge, of a day, else of a period or the open one.
 * @throws a 400 `Response`
 */
export function changesAsked(search: URLSearchParams): ChangesAsked {
  const [charge, day, against] = [search.get('charge'), search.get('day'), search.get('against') ?? 'usual'];
  if (BOUNDS.some((name) => search.get(name))) return spansAsked(search);
  if (charge) return { chargeId: charge };
  if (!day) return { period: search.get('period') };
  if (against === 'usual' || against === 'previous') return { day, against };
  throw new Response('A day is compared with what is usual, or with the previous one.', { status: 400 });
}

function spansAsked(search: URLSearchParams): ChangesAsked {
  const other = ['charge', 'day', 'against', 'period'].find((name) => search.get(name));
  if (other !== undefined) throw notUnderstood(`“${other}” stands in it beside two spans of time.`);
  const [from, to, compareFrom, compareTo] = BOUNDS.map((name) => {
    const text = search.get(name);
    if (!text) throw notUnderstood(`“${name}” is missing, without which two spans of time are not told.`);
    if (isDay(text) || (readEventTime(text) ?? -1) >= 0) return text;
    throw notUnderstood(`“${name}” is neither a day such as 2026-11-01 nor a time such as 2026-11-01T00:00:00Z.`);
  }) as [string, string, string, string];
  return { from, to, compareFrom, compareTo };
}

/** Whether it is a day of the calendar: none is like February 30. */
function isDay(text: string): boolean {
  return DAY.test(text) && readEventTime(`${text}T00:00:00Z`) !== null;
}
