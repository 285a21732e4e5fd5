/**
 * What an address asks for, of the parameters a page knows; others are let be, whoever added them to the address. `many` may
 * come several times.
 * @throws a 400 `Response` when one that is known is spelled another way, with brackets or capitals, or comes twice where one
 * is meant: the page would show other numbers than were asked for, and not say so
 */
export function searchOf(url: string, one: readonly string[], many: readonly string[] = []): URLSearchParams {
  const search = new URL(url).searchParams;
  const known = [...one, ...many];
  for (const name of new Set(search.keys())) {
    if (known.includes(name)) {
      if (one.includes(name) && search.getAll(name).length > 1) throw notUnderstood(`“${name}” stands in it twice.`);
      continue;
    }
    const meant = known.find((each) => each.toLowerCase() === plain(name));
    if (meant !== undefined) throw notUnderstood(`“${meant}” is spelled “${name}” in it.`);
  }
  return search;
}

/** A 400 that says which part of the address is not understood. */
export function notUnderstood(what: string): Response {
  return new Response(`This address asks for something that is not understood: ${what}`, {
    status: 400,
    statusText: 'Bad Request',
  });
}

/** `App`, `app[]`, `app[0]` and `app.x` are attempts at `app`. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[[.].*$/s, '');
}
