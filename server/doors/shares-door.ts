import type { RequestHandler } from 'express';
import { hostOf } from '../fairness/network-of.ts';
import type { Shares } from '../fairness/shares.ts';
import { tokenOfLink } from './shown-path.ts';

/**
 * Counts what a network asks of pages, who says nothing of who they are, and each link, before anything is looked up or put
 * together: to refuse costs next to nothing. What a person asks is counted once it is known who they are (`remix-pages.ts`).
 */
export function sharesDoor(shares: Shares): RequestHandler {
  return (req, _res, next) => {
    const host = hostOf(req.ip ?? 'unknown');
    const token = tokenOfLink(req.originalUrl);
    const count = async () => {
      await shares.take('network', host);
      if (req.headers.cookie === undefined) await shares.take('anonymous', host);
      if (token === null) return;
      // Whoever has a link cannot keep the others out of it.
      await shares.take('linkOfNetwork', `${token} ${host}`);
      await shares.take('link', token);
    };
    count().then(() => next(), next);
  };
}
