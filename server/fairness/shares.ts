import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooMuchError } from './too-much.ts';

/** So many points in any window of so many seconds, counted in this process. A request is one, one that costs more is more. */
export interface Limit {
  points: number;
  seconds: number;
}

/** What is counted, and by what name. */
export interface Limits {
  /** A key that sends events. */
  ingest: Limit;
  /** A key of those who run this. */
  operator: Limit;
  /** Any other key, and a person. */
  read: Limit;
  /** All that is asked of one account, whoever asks, without its events. */
  account: Limit;
  /** Those of a network who do not say who they are. */
  anonymous: Limit;
  /** All pages of a network: an office shares one. */
  network: Limit;
  /** All who open one link, and those of one network who do. */
  link: Limit;
  linkOfNetwork: Limit;
  /** What the sockets of one person say. */
  socket: Limit;
  /** Sockets that one session opens, and those of one network. */
  connect: Limit;
  connectNetwork: Limit;
}

/** Generous: they keep one caller from taking the server away from the others. */
export const DEFAULT_LIMITS: Limits = {
  ingest: { points: 20_000, seconds: 10 },
  operator: { points: 10_000, seconds: 10 },
  read: { points: 2_000, seconds: 10 },
  account: { points: 6_000, seconds: 10 },
  anonymous: { points: 600, seconds: 10 },
  network: { points: 3_000, seconds: 10 },
  // A page of a link takes a hundredth of a second of the process.
  link: { points: 300, seconds: 10 },
  linkOfNetwork: { points: 200, seconds: 10 },
  socket: { points: 200, seconds: 10 },
  connect: { points: 60, seconds: 10 },
  connectNetwork: { points: 300, seconds: 10 },
};

/** Headers of draft-ietf-httpapi-ratelimit-headers. */
export type Standing = Readonly<Record<'RateLimit-Policy' | 'RateLimit', string>>;

/** How much anybody may ask. */
export interface Shares {
  /** Counts what is asked. @throws TooMuchError when it is more than the share */
  take: (of: keyof Limits, name: string, points?: number) => Promise<Standing>;
  /** Counts what an answer turned out to cost; the next request is told. */
  add: (of: keyof Limits, name: string, points: number) => Promise<void>;
}

/** Counts points in this process; several nodes give as much each. */
export function createShares(limits: Limits): Shares {
  const limiterOf = ({ points, seconds }: Limit, keyPrefix: string) =>
    new RateLimiterMemory({ keyPrefix, points, duration: seconds });
  const limiters = Object.fromEntries(
    Object.entries(limits).map(([of, limit]) => [of, limiterOf(limit as Limit, of)]),
  ) as Record<keyof Limits, RateLimiterMemory>;

  return {
    take: async (of, name, asked = 1) => {
      const { points, seconds } = limits[of];
      const policy = `"${of}";q=${points};w=${seconds}`;
      // What costs more than the whole share may still be asked, when nothing else was.
      const cost = Math.min(points, Math.ceil(asked));
      try {
        const left = await limiters[of].consume(name, cost);
        return {
          'RateLimit-Policy': policy,
          RateLimit: `"${of}";r=${left.remainingPoints};t=${secondsOf(left)}`,
        };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const wait = secondsOf(refusal);
        const what = of === 'link' || of === 'linkOfNetwork' ? 'openings of this link' : 'requests';
        throw new TooMuchError(`More than ${points} ${what} in ${seconds} seconds. Try again in ${wait} s.`, wait, {
          'RateLimit-Policy': policy,
          RateLimit: `"${of}";r=0;t=${wait}`,
        });
      }
    },
    add: async (of, name, points) => {
      if (points >= 1) await limiters[of].penalty(name, Math.floor(points));
    },
  };
}

/** Whether what was asked is within the share. */
export async function isShareLeft(taken: Promise<Standing>): Promise<boolean> {
  try {
    await taken;
    return true;
  } catch (error) {
    if (error instanceof TooMuchError) return false;
    throw error;
  }
}

function secondsOf(state: RateLimiterRes): number {
  return Math.max(1, Math.ceil(state.msBeforeNext / 1000));
}
