import type { Request, RequestHandler, Response } from 'express';
import { askingFor } from '../../fairness/asking.ts';
import { hostOf } from '../../fairness/network-of.ts';
import type { Limits, Shares } from '../../fairness/shares.ts';
import { nameOf, type Principal, visibleAccounts } from './principal.ts';

/** Each so many bytes of an answer cost as much as a request. */
const BYTES_OF_A_POINT = 64 * 1024;

/** Counts each request after `authenticated`, and answers 429 with `Retry-After` when it is too much. */
export function limited(shares: Shares): RequestHandler {
  return (req, res, next) => {
    const { principal } = req;
    if (principal?.kind === 'key' && principal.accountId !== null) askingFor(principal.accountId);
    const counted = principal
      ? count(shares, res, policyOf(principal), nameOf(principal))
      : countStranger(shares, req, res);
    counted.then(() => next(), next);
  };
}

/** Counts who does not say who they are, or says it with a key nobody knows, for their network. @throws TooMuchError */
export async function countStranger(shares: Shares, req: Request, res: Response): Promise<void> {
  await count(shares, res, 'anonymous', addressOf(req));
}

/** Counts who says it with a cookie, before it is known whether it is one of ours. @throws TooMuchError */
export async function countNetwork(shares: Shares, req: Request): Promise<void> {
  await shares.take('network', addressOf(req));
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

/** Sets the headers of draft-ietf-httpapi-ratelimit-headers. */
async function count(shares: Shares, res: Response, of: keyof Limits, name: string): Promise<void> {
  res.set(await shares.take(of, name));
}

function addressOf(req: Request): string {
  return hostOf(req.ip ?? 'unknown');
}
