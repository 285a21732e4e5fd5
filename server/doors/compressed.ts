import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';
import { Router } from 'express';

/** Answers in work at once; beyond these they are sent as they are, so that the thread pool stays free for the store. */
const MOST_AT_ONCE = 8;
/** Below this the saving is less than the work. */
const SMALLEST_BYTES = 1024;

/**
 * Compresses answers of text as they are written: in the thread pool, at a level that is quick, and only so many at once.
 *
 * What an answer's length could give away stays as it is: only what is read is compressed, never the answer to a form or a write (which
 * shows a link or a key once), and nothing that another site made the browser ask for, since that site could guess at a page by how
 * short it gets.
 */
export function compressed(): RequestHandler {
  let inWork = 0;
  const mayCompress = (req: Request, res: Response): boolean => {
    if (!compression.filter(req, res)) return false;
    // Also of an answer that stays as it is: caches must not give one for the other.
    res.vary('Accept-Encoding');
    if (req.method !== 'GET' || req.headers['sec-fetch-site'] === 'cross-site') return false;
    if (inWork >= MOST_AT_ONCE || res.getHeader('Content-Encoding') !== undefined) return false;
    inWork++;
    let isDone = false;
    const done = () => {
      if (!isDone) inWork--;
      isDone = true;
    };
    res.once('finish', done).once('close', done);
    return true;
  };
  const router = Router();
  router.use(
    compression({
      ...{ filter: mayCompress, threshold: SMALLEST_BYTES, level: 5 },
      brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } },
    }),
    flushOnceATurn,
  );
  return router;
}

/** A page is written in pieces of two kilobytes, each with a flush; those of one turn go out together. */
const flushOnceATurn: RequestHandler = (_req, res, next) => {
  const flush = res.flush.bind(res);
  let isDue = false;
  res.flush = () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      if (!res.destroyed && !res.writableEnded) flush();
    });
  };
  next();
};
