import type { RequestHandler } from 'express';
import { whenAnswerBegins } from './answer-begins.ts';

/** Whoever takes nothing of an answer for so long gets no more of it. Lines that are slow take something all the time. */
const PATIENCE_MS = 20_000;

/**
 * Ends answers that nobody reads: each would be kept in this process for as long as somebody holds the connection open. To make an
 * answer, before it begins or after, may take longer.
 */
export function unreadAnswers(patienceMs = PATIENCE_MS): RequestHandler {
  return (_req, res, next) => {
    whenAnswerBegins(res, () => {
      res.setTimeout(patienceMs, () => {
        if (res.writableLength > 0) res.destroy();
      });
    });
    next();
  };
}
