/** The answer of a page's service when what was asked for is not there, or is another's: nobody can tell which. */
export function notFound(message: string): Response {
  return new Response(message, { status: 404, statusText: 'Not Found' });
}
