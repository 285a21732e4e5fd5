import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { emailKeyOf } from '../database/people/users.ts';
import { hostOf } from '../fairness/network-of.ts';

const WINDOW_SECONDS = 15 * 60;
const TRIES_PER_EMAIL = 10;
/** An office shares one address, so this is wider; what succeeds is given back. */
const TRIES_PER_IP = 100;

/** What tries are counted by: the address that is tried, and the network it is tried from. */
export interface Attempt {
  email: string;
  ip: string;
}

/** How often one may try to sign in, by address and by network address; counted in this process. */
export interface SignInLimits {
  /** Counts a try before the password is looked at; seconds to wait when it was one too many, else `null`. */
  take: (attempt: Attempt) => Promise<number | null>;
  /** Seconds a network has to wait before anything of its tries is read; `null` when it may try. Counts nothing. */
  refusal: (ip: string) => Promise<number | null>;
  /** The person was who they said: the try does not count. */
  giveBack: (attempt: Attempt) => Promise<void>;
  /** The try was never judged: as if it had not been. */
  undo: (attempt: Attempt) => Promise<void>;
}

/** Tries are counted before they are judged, so that many at once cannot slip through together. */
export function createSignInLimits(): SignInLimits {
  const byEmail = new RateLimiterMemory({ points: TRIES_PER_EMAIL, duration: WINDOW_SECONDS, keyPrefix: 'email' });
  const byIp = new RateLimiterMemory({ points: TRIES_PER_IP, duration: WINDOW_SECONDS, keyPrefix: 'ip' });
  const keyOf = (email: string) => emailKeyOf(email).slice(0, 254);
  return {
    take: async ({ email, ip }) => {
      // Whoever is refused by network counts against no address: nobody can lock others out beyond that.
      const wait = (await secondsOver(byIp, hostOf(ip))) || (await secondsOver(byEmail, keyOf(email)));
      return wait > 0 ? wait : null;
    },
    refusal: async (ip) => {
      const state = await byIp.get(hostOf(ip));
      return state === null || state.consumedPoints < TRIES_PER_IP ? null : secondsLeft(state);
    },
    giveBack: async ({ email, ip }) => {
      await byEmail.delete(keyOf(email));
      await byIp.reward(hostOf(ip), 1);
    },
    undo: async ({ email, ip }) => {
      await byEmail.reward(keyOf(email), 1);
      await byIp.reward(hostOf(ip), 1);
    },
  };
}

async function secondsOver(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return secondsLeft(refusal);
    throw refusal;
  }
}

function secondsLeft({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}
