import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../child.ts';
import { batchJson } from '../inference-events.ts';
import { createPoster } from '../post.ts';

export interface SendQuestion {
  url: string;
  key: string;
  eventsPerSecond: number;
  seconds: number;
  /** From one batch to the next. */
  everyMs: number;
  /** Of events that nobody sent before. */
  series: string;
}

/** A batch that was acknowledged; instants in milliseconds since 1970. */
export interface Acknowledged {
  sentAt: number;
  at: number;
  /** Events acknowledged so far, this batch included. */
  count: number;
}

export interface SendAnswer {
  acknowledged: Acknowledged[];
  /** What was really sent, in events a second. */
  rate: number;
}

const CONNECTIONS = 16;

/** Sends at a steady pace, whatever the server does: a slow answer does not slow the senders down. */
answerParent(async ({ url, key, eventsPerSecond, seconds, everyMs, series }: SendQuestion): Promise<SendAnswer> => {
  const poster = createPoster(url, key, CONNECTIONS);
  const batch = Math.round((eventsPerSecond * everyMs) / 1000);
  const batches = Math.round((seconds * 1000) / everyMs);
  const acknowledged: Acknowledged[] = [];
  let count = 0;
  const answers: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < batches; i++) {
    const early = started + i * everyMs - performance.now();
    if (early > 0) await sleep(early);
    const sentAt = Date.now();
    const body = Buffer.from(batchJson(series, i * batch, batch, new Date()));
    answers.push(
      poster.post(body).then(() => {
        count += batch;
        acknowledged.push({ sentAt, at: Date.now(), count });
      }),
    );
  }
  const rate = (batches * batch) / ((performance.now() - started) / 1000);
  await Promise.all(answers);
  poster.close();
  return { acknowledged, rate };
});
