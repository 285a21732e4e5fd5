/** The answer of a page when a part of its address, named in the message, is not understood. */
export function notUnderstood(message: string): Response {
  return new Response(message, { status: 400, statusText: 'Bad Request' });
}

/**
 * What a list is continued after, as its page before said.
 * @throws a 400 `Response` for any other text: the first page in place of another one would not be what was asked for
 */
export function cursorAsked(cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null;
  if (form.test(cursor)) return cursor;
  throw notUnderstood('The “cursor” of this address is none that a page of this list gave.');
}

/** The answer of a page when what was asked for is not there, or is another's: nobody can tell which. */
export function notFound(message: string): Response {
  return new Response(message, { status: 404, statusText: 'Not Found' });
}
