/** An event as its sender named it. */
export interface EventRef {
  source: string;
  id: string;
}

/** An event as a search parameter; both names may hold anything. */
export function eventParam({ source, id }: EventRef): string {
  return JSON.stringify([source, id]);
}

/** The events of `?event=…&event=…`; what is none is left out. */
export function readEventParams(params: URLSearchParams): EventRef[] {
  return params.getAll('event').flatMap((text) => {
    const pair = parse(text);
    if (!Array.isArray(pair) || pair.length !== 2) return [];
    const [source, id] = pair;
    return typeof source === 'string' && typeof id === 'string' ? [{ source, id }] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
