import type { RequestHandler } from 'express';
import { Asking, whileAsking } from '../fairness/asking.ts';
import { hostOf } from '../fairness/network-of.ts';
import type { Turns } from '../fairness/turns.ts';
import { whenAnswerBegins } from './answer-begins.ts';

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
