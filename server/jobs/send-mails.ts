import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.types.ts';
import { type DueMail, MAIL_TRIES, mailFailed, mailWasSent, takeDueMail } from '../database/support/mails.ts';
import { type Mailer, MailRefusedError } from '../outbox/mailer.ts';

/** Where mails wait, and who takes them away. */
export interface SendingDeps {
  database: Database;
  mailer: Mailer;
  now: () => Date;
  onError: (error: unknown) => void;
}

/** A mail that could not be handed over; names it by id only, since a log must hold no address. */
class MailNotSentError extends Error {
  constructor(mail: DueMail, next: Date | null, cause: unknown) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no code';
    const then = next === null ? 'it is given up' : `tried again at ${next.toISOString()}`;
    super(`mail ${mail.id} was not sent at try ${mail.attempts} (${why}); ${then}`);
    this.name = 'MailNotSentError';
  }
}

/** A mail that takes longer than this is cut off, well before another node may take it for lost. */
const LONGEST_SEND_MS = 30_000;
const LEASE_MS = 120_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
const LONGEST_REASON = 500;

/**
 * Sends what is due in the outbox, one after another, and stops at the first that fails for a reason that the next would
 * meet too. Safe on several nodes at once and to be cut short anywhere: a mail is sent at least once, and once unless
 * somebody died between handing it over and noting it; its Message-ID is the same then.
 * @returns how many it sent
 */
export async function sendMails({ database, mailer, now, onError }: SendingDeps, stop: AbortSignal): Promise<number> {
  const { queries } = database;
  let sent = 0;
  for (;;) {
    const mail = stop.aborted ? null : await takeDueMail(queries, now(), LEASE_MS);
    if (mail === null) return sent;
    try {
      await mailer.send(mail, AbortSignal.any([stop, AbortSignal.timeout(LONGEST_SEND_MS)]));
    } catch (failure) {
      if (stop.aborted) {
        await mailFailed(queries, mail.id, { error: 'the server was stopped', nextTryAt: now() }, now());
        return sent;
      }
      const refused = failure instanceof MailRefusedError;
      const nextTryAt = refused || mail.attempts >= MAIL_TRIES ? null : nextTry(mail, now());
      const reason = failure instanceof Error ? failure.message : String(failure);
      await mailFailed(queries, mail.id, { error: reason.slice(0, LONGEST_REASON), nextTryAt }, now());
      onError(new MailNotSentError(mail, nextTryAt, refused ? failure.cause : failure));
      if (!refused) return sent;
      continue;
    }
    await mailWasSent(queries, mail.id, now());
    sent++;
  }
}

/** A minute, then twice as long each time: twelve tries are about a day. */
function nextTry({ attempts }: DueMail, now: Date): Date {
  return new Date(now.getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1)));
}

/** Sends again and again; the next run starts a while after the last one ended. */
export interface MailSender {
  /** Cuts off the mail being sent, which is sent again later, and stops. */
  stop: () => Promise<void>;
}

/** Sends what waits, then rests so many milliseconds, until it is stopped. */
export function startSendingMails(deps: SendingDeps, everyMs: number): MailSender {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    while (!signal.aborted) {
      await sendMails(deps, signal).catch(deps.onError);
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
