import { notUnderstood } from './search-params.ts';

/** An event as its sender named it. */
export interface EventRef {
  source: string;
  id: string;
}

/** An event as a search parameter; both names may hold anything. */
export function eventParam({ source, id }: EventRef): string {
  return JSON.stringify([source, id]);
}

/**
 * The events of `?event=…&event=…`.
 * @throws a 400 `Response` for what names none: a question would not be about what its address says
 */
export function readEventParams(params: URLSearchParams): EventRef[] {
  return params.getAll('event').map((text) => {
    const pair = parse(text);
    const [source, id] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof source === 'string' && typeof id === 'string') return { source, id };
    throw notUnderstood('an “event” is named by its source and its id, as links to this page do.');
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
