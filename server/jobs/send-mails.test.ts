import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateDatabase, openDatabase } from '../database/connect.ts';
import type { Database } from '../database/database.types.ts';
import { violatedConstraint } from '../database/errors.ts';
import { MAIL_TRIES, writeMails } from '../database/support/mails.ts';
import { onBothStores, thirtyTwoAtOnce } from '../database/testing/stores.ts';
import { startPostgres } from '../database/testing/throwaway-postgres.ts';
import { smtpMailer } from '../outbox/mailer.ts';
import { type SmtpUnderTest, startSmtp } from '../outbox/testing/smtp.ts';
import { sendMails, startSendingMails } from './send-mails.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const MINUTE = 60_000;
const FROM = 'Plainbill <billing@plainbill.example>';
const CHILD = fileURLToPath(new URL('./testing/mail-child.ts', import.meta.url));
const NEVER = new AbortController().signal;

let smtp: SmtpUnderTest;
let errors: unknown[] = [];
beforeAll(async () => {
  smtp = await startSmtp();
});
beforeEach(() => {
  errors = [];
});
afterEach(() => {
  smtp.received.length = 0;
  smtp.onRecipient = () => null;
  smtp.onMessage = () => null;
});
afterAll(() => smtp.close());

const mailTo = (to: string) => ({ to, subject: 'Answer', text: 'There is an answer.' });
const write = (database: Database, ...to: string[]) => writeMails(database.queries, to.map(mailTo), NOW);
const partsOf = (database: Database, at: Date) => ({
  database,
  mailer: smtpMailer({ smtpUrl: smtp.url, from: FROM }),
  now: () => at,
  onError: (error: unknown) => errors.push(error),
});
const send = (database: Database, at: Date) => sendMails(partsOf(database, at), NEVER);

/** Leaves an empty outbox to the next test. */
const empty = (database: Database) => database.queries.execute(sql`delete from mails`);
const outbox = async (database: Database) =>
  (await database.queries.execute<Record<string, unknown>>(sql`select * from mails order by to_address`)).rows;

onBothStores('the outbox', (store) => {
  afterEach(() => empty(store().database));

  it('is sent once, and then is empty', async () => {
    const { database } = store();
    await write(database, 'ada@example.com', 'bea@example.com');
    expect(await send(database, NOW)).toBe(2);
    expect(smtp.received.flatMap(({ to }) => to).sort()).toEqual(['ada@example.com', 'bea@example.com']);
    expect(await send(database, later(24 * 60 * MINUTE))).toBe(0);
    expect(errors).toEqual([]);
  });

  it('is not sent when what it tells of was not done', async () => {
    const { database } = store();
    const undone = database.serializable(async (tx) => {
      await writeMails(tx, [mailTo('ada@example.com')], NOW);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await send(database, NOW)).toBe(0);
  });

  it('tries again after a minute, then after twice as long, and goes on with the others meanwhile', async () => {
    const { database } = store();
    await write(database, 'full@example.com');
    smtp.onRecipient = (to) => (to === 'full@example.com' ? { code: 452, message: 'full for now' } : null);
    expect(await send(database, NOW)).toBe(0);
    await write(database, 'ada@example.com');
    expect(await send(database, later(MINUTE - 1))).toBe(1);
    expect(await send(database, later(MINUTE))).toBe(0);
    expect(await send(database, later(3 * MINUTE - 1))).toBe(0);
    expect(errors).toHaveLength(2);
    smtp.onRecipient = () => null;
    expect(await send(database, later(3 * MINUTE))).toBe(1);
    expect(smtp.received.map(({ to }) => to)).toEqual([['ada@example.com'], ['full@example.com']]);
  });

  it('gives a mail up that was refused for good, and goes on', async () => {
    const { database } = store();
    await write(database, 'ada@example.com', 'gone@example.com', 'zoe@example.com');
    smtp.onRecipient = (to) => (to === 'gone@example.com' ? { code: 550, message: 'nobody of that name' } : null);
    expect(await send(database, NOW)).toBe(2);
    expect(await outbox(database)).toMatchObject([
      { sent_at: expect.anything(), last_error: null },
      { sent_at: null, given_up_at: expect.anything(), last_error: expect.stringContaining('nobody of that name') },
      { sent_at: expect.anything() },
    ]);
    // A log must hold no address.
    expect(String(errors)).toMatch(/mail mail_\w+ was not sent at try 1 \(EENVELOPE\); it is given up/);
    expect(String(errors)).not.toContain('@example.com');
    expect(await send(database, later(24 * 60 * MINUTE))).toBe(0);
  });

  it('gives up after a day of tries', async () => {
    const { database } = store();
    await write(database, 'ada@example.com');
    smtp.onRecipient = () => ({ code: 451, message: 'try later' });
    let at = NOW;
    for (let tries = 0; tries < MAIL_TRIES + 3; tries++) {
      await send(database, at);
      at = new Date(at.getTime() + 6 * 60 * MINUTE);
    }
    expect(errors).toHaveLength(MAIL_TRIES);
    expect(await outbox(database)).toMatchObject([{ attempts: MAIL_TRIES, given_up_at: expect.anything() }]);
  });

  it('is sent once by 32 senders at once', async () => {
    const { database } = store();
    const people = Array.from({ length: 40 }, (_, i) => `person-${i}@example.com`);
    await write(database, ...people);
    const sent = await thirtyTwoAtOnce(store(), (node) => send(node, NOW));
    expect(sent.reduce((sum, n) => sum + n, 0)).toBe(40);
    expect(smtp.received.flatMap(({ to }) => to).sort()).toEqual([...people].sort());
    expect(errors).toEqual([]);
  });

  it('stops in the middle of a mail, and sends it when it is started again', async () => {
    const { database } = store();
    await write(database, 'ada@example.com');
    const hanging = new Promise<void>((arrived) => {
      smtp.onMessage = () => {
        arrived();
        return new Promise(() => {});
      };
    });
    const sender = startSendingMails(partsOf(database, NOW), 1_000);
    await hanging;
    await sender.stop();
    expect(errors).toEqual([]);
    smtp.onMessage = () => null;
    const again = startSendingMails(partsOf(database, NOW), 1_000);
    await expect.poll(() => smtp.received.length).toBe(1);
    await again.stop();
  });

  it.each([[{ to: 'ada@example.com\r\nBcc: eve@evil.example' }], [{ subject: 'Answer\nBcc: eve@evil.example' }]])(
    'refuses a line break in a header: %j',
    async (wrong) => {
      const mail = { ...mailTo('ada@example.com'), ...wrong };
      const failure = await writeMails(store().database.queries, [mail], NOW).catch((error: unknown) => error);
      expect(violatedConstraint(failure)).toBe('mails_one_line');
    },
  );
});

describe('a sender that is killed', () => {
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  let database: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    database = await openDatabase({ url: postgres.url, dataDir: '' });
    await migrateDatabase(database);
  });
  afterEach(() => empty(database));
  afterAll(async () => {
    await database?.close();
    await postgres?.stop();
  });

  /** Runs until `moment` comes, which kills it. */
  async function killedAt(moment: (kill: () => Promise<void>) => void): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, postgres.url, smtp.url, NOW.toISOString()], {
      stdio: 'inherit',
    });
    const gone = once(child, 'exit');
    moment(async () => {
      child.kill('SIGKILL');
      await gone;
    });
    expect(await gone).toEqual([null, 'SIGKILL']);
  }

  it('before the mail was taken: another sends it once, when its time is over', async () => {
    await write(database, 'ada@example.com');
    await killedAt((kill) => {
      smtp.onMessage = async () => {
        await kill();
        return { code: 451, message: 'not taken' };
      };
    });
    smtp.onMessage = () => null;
    expect(await send(database, later(MINUTE))).toBe(0);
    expect(await send(database, later(3 * MINUTE))).toBe(1);
    expect(smtp.received).toHaveLength(1);
  });

  it('after the mail was taken: it comes twice, and can be told to be one', async () => {
    await write(database, 'ada@example.com');
    await killedAt((kill) => {
      smtp.onMessage = async () => {
        await kill();
        return null;
      };
    });
    smtp.onMessage = () => null;
    expect(await send(database, later(3 * MINUTE))).toBe(1);
    expect(smtp.received).toHaveLength(2);
    const [first, second] = smtp.received.map(({ headers }) => headers['message-id']);
    expect(first).toMatch(/^<mail_\w+@plainbill\.example>$/);
    expect(second?.split('@')[0]).toBe(first?.split('@')[0]);
  });
});
