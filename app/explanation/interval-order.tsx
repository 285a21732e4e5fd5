import { Link } from '@remix-run/react';
import type { ListPlace } from '../paths.ts';
import { notUnderstood } from '../search-params.ts';

type Order = 'amount' | 'time';

/** Which order an address asks for; without one, what cost most comes first. @throws a 400 `Response` for another */
export function orderIn(search: URLSearchParams): Order {
  const order = search.get('order') ?? 'amount';
  if (order !== 'amount' && order !== 'time') throw notUnderstood('“order” is amount or time.');
  return order;
}

/** A place in the list in this order, as an address has it. */
export function placeOf(order: Order, cursor?: string): ListPlace {
  return { ...(order === 'time' ? { order } : {}), ...(cursor === undefined ? {} : { cursor }) };
}

/** In which order intervals are listed, and the way to the other. */
export function IntervalOrder({ order, to }: { order: Order; to: (place?: ListPlace) => string }) {
  return (
    <p className="mb-2 flex flex-wrap gap-3 text-ink-2">
      {order === 'amount' ? 'What cost most first.' : 'In time.'}
      <Link className="text-link" to={to(placeOf(order === 'amount' ? 'time' : 'amount'))}>
        {order === 'amount' ? 'By time' : 'By amount'}
      </Link>
    </p>
  );
}
