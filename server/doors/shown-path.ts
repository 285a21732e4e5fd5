/** Ids of ours and of callers, and the words between them: short, lower case, nothing escaped. The token of a link has capitals. */
const HARMLESS = /^[a-z0-9_][a-z0-9._-]{0,35}$/;
const HIDDEN = '[…]';
const MOST_SEGMENTS = 12;

/** The segments of a path as the router of the pages reads them: dots resolved, escapes undone, doubled slashes squeezed. */
function segmentsOf(url: string): string[] {
  const [path = '/'] = url.split('?', 1);
  // Like a browser the router takes a backslash for a slash.
  const absolute = `/${path}`.replace(/[\\/]+/g, '/');
  const { pathname } = URL.canParse(absolute, 'http://host') ? new URL(absolute, 'http://host') : { pathname: '/' };
  return decoded(pathname)
    .split(/[\\/]+/)
    .filter((segment) => segment !== '');
}

/** Undone as often as it takes: whoever escapes twice hides nothing. */
function decoded(path: string): string {
  let text = path;
  for (let left = 5; left > 0 && text.includes('%'); left--) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text;
    }
  }
  return text;
}

/** Whether an address is one that opens a link, or means to be one, however it is spelled: whoever knows it can open it. */
export function opensLink(url: string): boolean {
  return /^s$/i.test(segmentsOf(url)[0] ?? '');
}

/** The token in such an address; `null` when there is none. */
export function tokenOfLink(url: string): string | null {
  return opensLink(url) ? (segmentsOf(url)[1] ?? null) : null;
}

/**
 * The path of a request as a log may hold it: words and ids. The token of a link, what a customer calls a resource, and whatever
 * else somebody wrote into an address is left out, as is the query.
 */
export function shownPath(url: string): string {
  const segments = segmentsOf(url);
  if (opensLink(url)) {
    const [, , below] = segments;
    const word = below === 'resources' || below === 'events' ? `/${below}` : '';
    return `/s/[token]${word}`;
  }
  const named = segments.indexOf('resources') + 1;
  const shown = segments
    .slice(0, MOST_SEGMENTS)
    .map((segment, at) => ((named === 0 || at !== named) && HARMLESS.test(segment) ? segment : HIDDEN));
  return `/${shown.join('/')}${segments.length > MOST_SEGMENTS ? '/…' : ''}`;
}
