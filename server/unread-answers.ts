import type { RequestHandler, Response } from 'express';

/** Whoever takes nothing of an answer for so long gets no more of it. Lines that are slow take something all the time. */
const PATIENCE_MS = 20_000;

/** Ends answers that nobody reads: each would be kept in this process for as long as somebody holds the connection open. */
export function unreadAnswers(patienceMs = PATIENCE_MS): RequestHandler {
  return (_req, res, next) => {
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
    res.writeHead = ((...args: unknown[]) => {
      // Only of the answer: to make it may take longer.
      res.setTimeout(patienceMs, () => res.destroy());
      return writeHead(...args);
    }) as Response['writeHead'];
    next();
  };
}
