import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  to: string[];
  /** Unfolded, by lower-case name. */
  headers: Record<string, string>;
  text: string;
}

/** How the server answers: with a code and words, or (`null`) by taking the mail. */
type Answer = { code: number; message: string } | null;

/** A real SMTP server in this process, on a free port. */
export interface SmtpUnderTest {
  url: string;
  received: ReceivedMail[];
  /** What it says to a recipient, and to a whole message before it is taken. Change them at any time. */
  onRecipient: (address: string) => Answer;
  onMessage: (mail: ReceivedMail) => Answer | Promise<Answer>;
  close: () => Promise<void>;
}

/** Starts one; with a password, only who says it may send. */
export async function startSmtp(options: { password?: string } = {}): Promise<SmtpUnderTest> {
  const received: ReceivedMail[] = [];
  const errorOf = (answer: Answer) =>
    answer === null ? null : Object.assign(new Error(answer.message), { responseCode: answer.code });
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: options.password === undefined,
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ password }, _session, done) =>
      password === options.password
        ? done(null, { user: 'us' })
        : done(Object.assign(new Error('no'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) => done(errorOf(running.onRecipient(address))),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const mail = { to, ...parseMail(Buffer.concat(chunks).toString('utf8')) };
        const error = errorOf(await running.onMessage(mail));
        if (error === null) received.push(mail);
        done(error);
      });
    },
  });
  // Clients that are cut off in the middle are part of the tests.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const running: SmtpUnderTest = {
    url: `smtp://${options.password === undefined ? '' : `us:${options.password}@`}127.0.0.1:${port}`,
    received,
    onRecipient: () => null,
    onMessage: () => null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return running;
}

/** Headers and body of a plain mail (RFC 5322), quoted-printable or not. */
export function parseMail(raw: string): Omit<ReceivedMail, 'to'> {
  const [head = '', ...rest] = raw.replaceAll('\r\n', '\n').split('\n\n');
  const lines = head.replace(/\n[ \t]+/g, ' ').split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = rest.join('\n\n').trimEnd();
  const quoted = headers['content-transfer-encoding'] === 'quoted-printable';
  return { headers, text: quoted ? unquoted(body) : body };
}

function unquoted(body: string): string {
  const bytes = body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
