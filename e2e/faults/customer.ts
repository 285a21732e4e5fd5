import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../bench/child.ts';

/** A customer who looks at a page again and again. */
export interface CustomerQuestion {
  url: string;
  path: string;
  cookie: string;
  seconds: number;
  everyMs: number;
}

export interface CustomerAnswer {
  /** Milliseconds until the whole page was there. */
  took: number[];
  /** Answers that were none: statuses other than 200. */
  refused: number[];
}

answerParent(async ({ url, path, cookie, seconds, everyMs }: CustomerQuestion): Promise<CustomerAnswer> => {
  const until = performance.now() + seconds * 1000;
  const took: number[] = [];
  const refused: number[] = [];
  while (performance.now() < until) {
    const began = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { cookie, 'x-forwarded-for': '203.0.113.200' } });
    await answer.text();
    if (answer.status === 200) took.push(performance.now() - began);
    else refused.push(answer.status);
    await sleep(Math.max(0, everyMs - (performance.now() - began)));
  }
  return { took, refused };
});
