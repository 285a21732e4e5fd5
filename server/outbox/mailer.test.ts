import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { folderMailer, MailRefusedError, smtpMailer } from './mailer.ts';
import { parseMail, type SmtpUnderTest, startSmtp } from './testing/smtp.ts';

const MAIL = {
  id: 'mail_1',
  to: 'robin@example.com',
  subject: 'Answer to your question about “Standard-1X dynos”',
  text: 'Grüße,\n\nhttps://billing.example/accounts/acme/questions/qst_1?a=b',
  createdAt: new Date('2026-11-24T12:00:00.000Z'),
};
const FROM = 'Plainbill <billing@plainbill.example>';
const NEVER = new AbortController().signal;

let smtp: SmtpUnderTest;
let folder: string;
beforeAll(async () => {
  smtp = await startSmtp();
  folder = await mkdtemp(join(tmpdir(), 'plainbill-mail-'));
});
afterEach(() => {
  smtp.received.length = 0;
  smtp.onRecipient = () => null;
  smtp.onMessage = () => null;
});
afterAll(async () => {
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (mail: Partial<typeof MAIL> = {}, signal = NEVER) =>
  smtpMailer({ smtpUrl: smtp.url, from: FROM }).send({ ...MAIL, ...mail }, signal);
const failureOf = (sent: Promise<void>) => sent.then(() => null).catch((error: unknown) => error);

describe('a mail by SMTP', () => {
  it('arrives as it was written, under its own id', async () => {
    await send();
    expect(smtp.received).toMatchObject([
      {
        to: ['robin@example.com'],
        headers: {
          from: FROM,
          to: 'robin@example.com',
          'message-id': '<mail_1@plainbill.example>',
          date: 'Tue, 24 Nov 2026 12:00:00 +0000',
          'auto-submitted': 'auto-generated',
          'content-type': 'text/plain; charset=utf-8',
        },
        text: MAIL.text,
      },
    ]);
  });

  it.each([
    ['two addresses', { to: 'robin@example.com, eve@evil.example' }],
    ['a header in the address', { to: 'robin@example.com\r\nBcc: eve@evil.example' }],
    ['a header in the subject', { subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nHello' }],
  ])('goes to one person whatever is tried: %s', async (_, wrong) => {
    await failureOf(send(wrong));
    const [mail] = smtp.received;
    expect(mail?.to ?? []).not.toContain('eve@evil.example');
    expect(mail?.headers ?? {}).not.toHaveProperty('bcc');
  });

  it.each([
    ['an address that does not exist', 'recipient', 550, true],
    ['a mailbox that is full for now', 'recipient', 452, false],
    ['a text that is not taken', 'message', 554, true],
    ['a message that is to come later', 'message', 451, false],
  ] as const)('is refused for good or not: %s', async (words, at, code, forGood) => {
    if (at === 'recipient') smtp.onRecipient = () => ({ code, message: words });
    else smtp.onMessage = () => ({ code, message: words });
    const failure = await failureOf(send());
    expect(failure).toBeInstanceOf(Error);
    expect(failure instanceof MailRefusedError).toBe(forGood);
    expect(String(failure)).toContain(words);
    expect(smtp.received).toEqual([]);
  });

  it('is not refused for good when we cannot sign in, or nobody listens', async () => {
    const guarded = await startSmtp({ password: 'secret-word' });
    const fine = smtpMailer({ smtpUrl: guarded.url, from: FROM });
    await fine.send(MAIL, NEVER);
    expect(guarded.received).toHaveLength(1);
    const wrong = smtpMailer({ smtpUrl: guarded.url.replace('secret-word', 'wrong-word'), from: FROM });
    const unsigned = await failureOf(wrong.send(MAIL, NEVER));
    await guarded.close();
    const unheard = await failureOf(fine.send(MAIL, NEVER));
    for (const failure of [unsigned, unheard]) {
      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toBeInstanceOf(MailRefusedError);
      expect(String(failure)).not.toMatch(/secret-word|wrong-word/);
    }
  });

  it('is cut off when it is no longer wanted', async () => {
    const stop = new AbortController();
    smtp.onMessage = () => {
      stop.abort();
      return { code: 451, message: 'too late' };
    };
    expect(await failureOf(send({}, stop.signal))).toMatchObject({ code: 'EABORT' });
  });
});

describe('a mail into a folder', () => {
  const mailer = () => folderMailer({ folder: join(folder, 'mail'), from: FROM });

  it('is a file that mail programs open, once however often it is sent', async () => {
    await mailer().send(MAIL, NEVER);
    await mailer().send(MAIL, NEVER);
    expect(await readdir(join(folder, 'mail'))).toEqual(['mail_1.eml']);
    const { headers, text } = parseMail(await readFile(join(folder, 'mail', 'mail_1.eml'), 'utf8'));
    expect(headers).toMatchObject({ to: MAIL.to, 'message-id': '<mail_1@plainbill.example>' });
    expect(text).toBe(MAIL.text);
  });
});
