import type { RequestHandler, Response } from 'express';
import { Asking, whileAsking } from './access/asking.ts';
import { hostOf } from './access/network-of.ts';
import type { Turns } from './access/turns.ts';

/**
 * Each request that reads measurements waits for its turn: those that read none never wait, and what nobody asked for (closing,
 * live numbers) takes no turns. Whose turn: the network's, until it is known for whom it is read and that they may (`askingFor`).
 */
export function turnsDoor(turns: Turns): RequestHandler {
  return (req, res, next) => {
    const asking = new Asking(turns, `network ${hostOf(req.ip ?? 'unknown')}`);
    whenAnswerBegins(res, () => asking.answered());
    res.once('close', () => asking.left());
    whileAsking(asking, next);
  };
}

function whenAnswerBegins(res: Response, told: () => void): void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
  res.writeHead = ((...args: unknown[]) => {
    told();
    return writeHead(...args);
  }) as Response['writeHead'];
}
