import type { ChangesAsked } from '#server/pages/changes-page.ts';

/** The difference an address asks for: of a charge, of a day, else of a period or the open one. @throws a 400 `Response` */
export function changesAsked(search: URLSearchParams): ChangesAsked {
  const [charge, day, against] = [search.get('charge'), search.get('day'), search.get('against') ?? 'usual'];
  if (charge) return { chargeId: charge };
  if (!day) return { period: search.get('period') };
  if (against === 'usual' || against === 'previous') return { day, against };
  throw new Response('A day is compared with what is usual, or with the previous one.', { status: 400 });
}
