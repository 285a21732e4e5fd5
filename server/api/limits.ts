import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { nameOf, type Principal } from './principal.ts';
import { Problem } from './problem.ts';

/** So many requests in any window of so many seconds, counted in this process. */
export interface Limit {
  requests: number;
  seconds: number;
}

/** By kind of caller: ingest keys; other keys and people; callers without credentials (by network address). */
export interface Limits {
  ingest: Limit;
  read: Limit;
  anonymous: Limit;
}

/** Generous: they keep one caller from taking the server away from the others. */
export const DEFAULT_LIMITS: Limits = {
  ingest: { requests: 20_000, seconds: 10 },
  read: { requests: 2_000, seconds: 10 },
  anonymous: { requests: 300, seconds: 10 },
};

type Count = (res: Response, policy: keyof Limits, caller: string) => Promise<void>;

/**
 * `limited` counts each request after `authenticated`; `limitedFailures` counts those that `authenticated` refused, which
 * never reach it. Both answer 429 with `Retry-After` and set the headers of draft-ietf-httpapi-ratelimit-headers.
 */
export function createLimits(limits: Limits): { limited: RequestHandler; limitedFailures: ErrorRequestHandler } {
  const count = counter(limits);
  return {
    limited: (req, res, next) => {
      const { principal } = req;
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

function counter(limits: Limits): Count {
  const limiters = {
    ingest: limiterOf('ingest', limits.ingest),
    read: limiterOf('read', limits.read),
    anonymous: limiterOf('anonymous', limits.anonymous),
  };
  return async (res, policy, caller) => {
    const { requests, seconds } = limits[policy];
    res.set('RateLimit-Policy', `"${policy}";q=${requests};w=${seconds}`);
    try {
      const left = await limiters[policy].consume(caller);
      res.set('RateLimit', `"${policy}";r=${left.remainingPoints};t=${secondsOf(left)}`);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const wait = secondsOf(refusal);
      throw new Problem(429, `More than ${requests} requests in ${seconds} seconds. Try again in ${wait} s.`, {
        headers: { 'Retry-After': String(wait), RateLimit: `"${policy}";r=0;t=${wait}` },
      });
    }
  };
}

function limiterOf(keyPrefix: string, limit: Limit): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points: limit.requests, duration: limit.seconds });
}

function secondsOf(state: RateLimiterRes): number {
  return Math.max(1, Math.ceil(state.msBeforeNext / 1000));
}

function policyOf(principal: Principal): 'ingest' | 'read' {
  return principal.kind === 'key' && principal.role === 'ingest' ? 'ingest' : 'read';
}

function addressOf(req: Request): string {
  return req.ip ?? 'unknown';
}
