import { and, asc, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { mails } from '../schema/mails.ts';
import { timedId } from '../timed-id.ts';

/** A mail as it is written: plain text, to one person. */
export interface NewMail {
  to: string;
  subject: string;
  text: string;
}

/** A mail to be sent now. `id` is the same at every try, `attempts` counts this one. */
export interface DueMail extends NewMail {
  id: string;
  createdAt: Date;
  attempts: number;
}

/** How often a mail is tried before it is given up. */
export const MAIL_TRIES = 12;

const isWaiting = and(isNull(mails.sentAt), isNull(mails.givenUpAt));

/** Puts mails in the outbox, in the transaction of what they tell of: both are there, or neither. */
export async function writeMails(tx: Queries, written: readonly NewMail[], now: Date): Promise<void> {
  if (written.length === 0) return;
  const rows = written.map((mail) => ({
    id: timedId('mail', now),
    ...mail,
    createdAt: now,
    nextTryAt: now,
    attempts: 0,
  }));
  await tx.insert(mails).values(rows);
}

/**
 * Takes the mail that has been due longest; others leave it alone until `leaseMs` have passed, and then take it for one
 * that was never sent: whoever takes it must be done by then. `null` when nothing is due.
 */
export async function takeDueMail(queries: Queries, now: Date, leaseMs: number): Promise<DueMail | null> {
  const due = queries
    .select({ id: mails.id })
    .from(mails)
    .where(and(isWaiting, lte(mails.nextTryAt, now), lt(mails.attempts, MAIL_TRIES)))
    .orderBy(asc(mails.nextTryAt), asc(mails.id))
    .limit(1)
    .for('update', { skipLocked: true });
  const [taken] = await queries
    .update(mails)
    .set({ attempts: sql`${mails.attempts} + 1`, nextTryAt: new Date(now.getTime() + leaseMs) })
    .where(eq(mails.id, sql`(${due})`))
    .returning({
      id: mails.id,
      to: mails.to,
      subject: mails.subject,
      text: mails.text,
      createdAt: mails.createdAt,
      attempts: mails.attempts,
    });
  return taken ?? null;
}

/** Notes that a mail was handed over. */
export async function mailWasSent(queries: Queries, id: string, now: Date): Promise<void> {
  await queries
    .update(mails)
    .set({ sentAt: now, lastError: null })
    .where(and(eq(mails.id, id), isWaiting));
}

/** Notes why a mail was not handed over, and when to try again; `null` gives it up. */
export async function mailFailed(
  queries: Queries,
  id: string,
  failure: { error: string; nextTryAt: Date | null },
  now: Date,
): Promise<void> {
  const { error: lastError, nextTryAt } = failure;
  await queries
    .update(mails)
    .set(nextTryAt === null ? { lastError, givenUpAt: now } : { lastError, nextTryAt })
    .where(and(eq(mails.id, id), isWaiting));
}
