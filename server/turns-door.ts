import type { RequestHandler, Response } from 'express';
import { Asking, whileAsking } from './access/asking.ts';
import type { Turns } from './access/turns.ts';

/**
 * Each request that reads measurements waits for its turn: those that read none never wait, and what nobody asked for (closing,
 * live numbers) takes no turns. Whose turn: the account's in an address of the API, which nobody reads who may not; else the network's,
 * until it is known better.
 */
export function turnsDoor(turns: Turns): RequestHandler {
  return (req, res, next) => {
    const asking = new Asking(turns, accountIn(req.originalUrl) ?? `network ${req.ip}`);
    whenAnswerBegins(res, () => asking.answered());
    res.once('close', () => asking.left());
    whileAsking(asking, next);
  };
}

function accountIn(url: string): string | null {
  const [path = '', search = ''] = url.split('?', 2);
  return /^\/api\/v1\/accounts\/([^/]+)/.exec(path)?.[1] ?? /(?:^|&)accountId=([^&]*)/.exec(search)?.[1] ?? null;
}

function whenAnswerBegins(res: Response, told: () => void): void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
  res.writeHead = ((...args: unknown[]) => {
    told();
    return writeHead(...args);
  }) as Response['writeHead'];
}
