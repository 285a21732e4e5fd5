import type { RequestHandler, Response } from 'express';
import { GoneError } from '../../fairness/asking.ts';
import { Turns } from '../../fairness/turns.ts';
import { nameOf, requirePrincipal } from '../endpoint/principal.ts';

/** Below this a body is read as it comes. */
const LARGE = 256 * 1024;
/** As much as there is memory for: a body of five megabytes, which may be sent in five kilobytes, takes four times as much until it is read. */
const TURNS = { atOnce: 24, ofEach: 8, waitingOfEach: 500, waitingOfAll: 2_000 };

/**
 * Large bodies, and those of which nobody knows how large they become, are read in turns: some at once, of one caller's account or key
 * no more than a third of them. The turn is to be given back as soon as the body is read (`bodyIsRead`).
 */
export function bodyTurns(): RequestHandler {
  const turns = new Turns(TURNS);
  return (req, res, next) => {
    const { 'content-encoding': encoding = 'identity', 'content-length': length } = req.headers;
    if (encoding === 'identity' && length !== undefined && Number(length) <= LARGE) {
      next();
      return;
    }
    const principal = requirePrincipal(req);
    const owner = principal.kind === 'key' ? (principal.accountId ?? nameOf(principal)) : nameOf(principal);
    const gone = new AbortController();
    res.once('close', () => {
      gone.abort(new GoneError('whoever sent it is gone'));
      bodyIsRead(res);
    });
    turns.take(owner, gone.signal).then((giveBack) => {
      res.locals.bodyIsRead = giveBack;
      if (gone.signal.aborted) giveBack();
      else next();
    }, next);
  };
}

/** Another body may be read. */
export function bodyIsRead(res: Response): void {
  (res.locals.bodyIsRead as (() => void) | undefined)?.();
}
