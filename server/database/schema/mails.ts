import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** Mails to be sent, written in the transaction of what they tell of. The id is also their Message-ID. */
export const mails = pgTable(
  'mails',
  {
    id: text('id').primaryKey(),
    to: text('to_address').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Not before then: after a failure, and while a node is at it. */
    nextTryAt: instant('next_try_at').notNull(),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error'),
    sentAt: instant('sent_at'),
    /** When it was refused for good, or tried often enough. */
    givenUpAt: instant('given_up_at'),
  },
  (t) => [
    index('mails_due').on(t.nextTryAt).where(sql`${t.sentAt} is null and ${t.givenUpAt} is null`),
    check('mails_id_form', sql`${t.id} ~ '^mail_[a-z0-9]+$'`),
    check('mails_attempts', sql`${t.attempts} >= 0`),
    check('mails_one_end', sql`${t.sentAt} is null or ${t.givenUpAt} is null`),
    check('mails_one_line', sql`${t.to} !~ '[[:cntrl:]]' and ${t.subject} !~ '[[:cntrl:]]'`),
  ],
);
