import { PassThrough } from 'node:stream';
import type { AppLoadContext, EntryContext } from '@remix-run/node';
import { createReadableStreamFromReadable } from '@remix-run/node';
import { isRouteErrorResponse, RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { NonceContext } from './nonce.ts';

/** How long a loader may stream before Remix gives it up, in milliseconds. */
export const streamTimeout = 10_000;

/**
 * Renders a page. Scripts carry the response's CSP nonce; crawlers get the whole page at once, people as it comes.
 * Pages belong to one person, so no cache may keep them.
 */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  headers.set('Content-Type', 'text/html; charset=utf-8');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store');
  const whole = isbot(request.headers.get('User-Agent') ?? '') || remix.isSpaMode;

  return new Promise((resolve, reject) => {
    let started = false;
    let answer = status;
    const send = () => {
      started = true;
      const body = new PassThrough();
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: answer }));
      stream.pipe(body);
    };
    const stream = renderToPipeableStream(
      <NonceContext.Provider value={context.nonce}>
        <RemixServer context={remix} url={request.url} nonce={context.nonce} />
      </NonceContext.Provider>,
      {
        nonce: context.nonce,
        [whole ? 'onAllReady' : 'onShellReady']: send,
        onShellError: reject,
        onError(error: unknown) {
          answer = 500;
          // Before the shell is out the error reaches Remix, which reports it; afterwards nobody else would.
          if (started) context.onError(error);
        },
      },
    );
    setTimeout(() => stream.abort(), streamTimeout + 1_000).unref();
  });
}

/**
 * What loaders and actions throw and no page expects, for the log. Whoever went away meanwhile is no fault, nor whoever sends a
 * form to a page that has none: Remix hands that over as an answer below 500.
 */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }): void {
  const isOfSender = isRouteErrorResponse(error) && error.status < 500;
  if (!request.signal.aborted && !isOfSender) context.onError(error);
}

/** Data requests of a page are as private as the page. */
export function handleDataRequest(response: Response): Response {
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'private, no-store');
  return response;
}
