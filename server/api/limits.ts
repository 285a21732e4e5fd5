import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { askingFor } from '../access/asking.ts';
import { hostOf } from '../access/network-of.ts';
import type { Limits, Shares } from '../access/shares.ts';
import { nameOf, type Principal, visibleAccounts } from './principal.ts';
import { Problem } from './problem.ts';

/** Each so many bytes of an answer cost as much as a request. */
const BYTES_OF_A_POINT = 64 * 1024;

/**
 * `limited` counts each request after `authenticated`; `limitedFailures` counts those that `authenticated` refused, which
 * never reach it. Both answer 429 with `Retry-After` and set the headers of draft-ietf-httpapi-ratelimit-headers.
 */
export function createLimits(shares: Shares): { limited: RequestHandler; limitedFailures: ErrorRequestHandler } {
  const count = async (res: Response, of: keyof Limits, name: string) => {
    res.set(await shares.take(of, name));
  };
  return {
    limited: (req, res, next) => {
      const { principal } = req;
      if (principal?.kind === 'key' && principal.accountId !== null) askingFor(principal.accountId);
      const counted = principal
        ? count(res, policyOf(principal), nameOf(principal))
        : count(res, 'anonymous', addressOf(req));
      counted.then(() => next(), next);
    },
    limitedFailures: (error, req, res, next) => {
      if (!(error instanceof Problem) || error.status !== 401) {
        next(error);
        return;
      }
      count(res, 'anonymous', addressOf(req)).then(() => next(error), next);
    },
  };
}

/**
 * Counts what a request costs beyond the one point it was counted as, for who asks and for the account that is asked about. That
 * one is not counted for whoever sees all accounts: a customer's share is not spent by support.
 * @throws TooMuchError
 */
export async function countCost(
  shares: Shares,
  principal: Principal,
  accountId: string | undefined,
  cost: number,
): Promise<void> {
  if (policyOf(principal) === 'ingest') return;
  if (cost > 1) await shares.take(policyOf(principal), nameOf(principal), cost - 1);
  // A key of an account need not name it.
  const account = accountId ?? (principal.kind === 'key' ? principal.accountId : null);
  if (account !== null && visibleAccounts(principal) !== null) await shares.take('account', account, cost);
}

/** Counts what an answer of so many bytes turned out to cost. */
export async function countAnswer(shares: Shares, principal: Principal, bytes: number): Promise<void> {
  await shares.add(policyOf(principal), nameOf(principal), bytes / BYTES_OF_A_POINT);
}

function policyOf(principal: Principal): 'ingest' | 'operator' | 'read' {
  return principal.kind === 'key' ? principal.role : 'read';
}

function addressOf(req: Request): string {
  return hostOf(req.ip ?? 'unknown');
}
