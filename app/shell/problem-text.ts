import { isRouteErrorResponse } from '@remix-run/react';

/** An error in words: what went wrong and what to do. */
export interface ProblemText {
  status: number;
  title: string;
  detail: string;
  advice: string;
  /** Whether trying the same again later can help. */
  retry: boolean;
}

const KNOWN: Record<number, Omit<ProblemText, 'status'>> = {
  400: {
    title: 'This address is not understood',
    detail: 'It asks for something that this page does not know.',
    advice: 'No number is shown rather than one that was not asked for. Check the address.',
    retry: false,
  },
  403: {
    title: 'Not allowed',
    detail: 'Your role in this account does not include this page.',
    advice: 'Ask whoever administers the account, or choose another one.',
    retry: false,
  },
  404: {
    title: 'Not found',
    detail: 'There is no such page, or it is not yours to see.',
    advice: 'Check the address, or choose an account.',
    retry: false,
  },
  415: {
    title: 'This form cannot be read',
    detail: 'What was sent is not a whole form.',
    advice: 'Nothing was done. Open the page again and send it from there.',
    retry: false,
  },
  429: {
    title: 'Too many requests',
    detail: 'This address asked too often in a short time.',
    advice: 'Wait a minute, then try again.',
    retry: true,
  },
  503: {
    title: 'This cannot be read right now',
    detail: 'The store that holds it does not answer.',
    advice: 'No number is shown rather than a wrong one. Events that were acknowledged are safe.',
    retry: true,
  },
};

const UNKNOWN: Omit<ProblemText, 'status'> = {
  title: 'Something went wrong on our side',
  detail: 'The page could not be put together, and the error was logged.',
  advice: 'No number is shown rather than a wrong one. Try again; if it stays, tell support the time it happened.',
  retry: true,
};

const UNREACHABLE: ProblemText = {
  status: 503,
  title: 'The server cannot be reached',
  detail: 'Either this device is offline, or the server is.',
  advice: 'Nothing that was acknowledged is lost. Check the connection.',
  retry: true,
};

/** What to say about anything a loader, an action or a component threw. The server's own words come first. */
export function problemText(error: unknown): ProblemText {
  // Browsers word a fetch that got no answer each in their own way, but all as a TypeError.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return UNREACHABLE;
  if (!isRouteErrorResponse(error)) return { status: 500, ...UNKNOWN };
  const known = KNOWN[error.status] ?? UNKNOWN;
  return { status: error.status, ...known, detail: wordsOf(error.data) ?? known.detail };
}

function wordsOf(data: unknown): string | null {
  if (typeof data === 'string') return data.trim() === '' ? null : data;
  if (data !== null && typeof data === 'object' && 'detail' in data && typeof data.detail === 'string')
    return data.detail;
  return null;
}
