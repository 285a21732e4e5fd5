import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport, type NodemailerError } from 'nodemailer';

/** A mail to hand over: `id` makes its Message-ID, so that the same mail, sent twice, is recognised as one. */
export interface OutgoingMail {
  id: string;
  to: string;
  subject: string;
  text: string;
  createdAt: Date;
}

/** Hands mails over: to an SMTP server, or into a folder. */
export interface Mailer {
  /** @throws MailRefusedError when trying again is of no use; other errors may pass. `signal` ends it early. */
  send: (mail: OutgoingMail, signal: AbortSignal) => Promise<void>;
}

/** The server refused this mail for good: an address that does not exist, a text it does not take. */
export class MailRefusedError extends Error {
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.name = 'MailRefusedError';
  }
}

/** A mail is handed over within half a minute or not at all, whatever the server does. */
const CONNECTING_MS = 5_000;
const SILENT_MS = 10_000;

/** Sends by `smtpUrl` (`smtp://user:password@host:587`, `smtps://…:465`), as `from`. */
export function smtpMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: CONNECTING_MS,
    dnsTimeout: CONNECTING_MS,
    greetingTimeout: CONNECTING_MS,
    socketTimeout: SILENT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail, signal) => {
      try {
        await transport.sendMail({ ...messageOf(mail, from), signal });
      } catch (error) {
        if (isRefusal(error)) throw new MailRefusedError(error.message, { cause: error });
        throw error;
      }
    },
  };
}

/** Writes each mail as `<id>.eml` into `folder`, where mail programs open it: for development and the demo. */
export function folderMailer({ folder, from }: { folder: string; from: string }): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true });
  return {
    send: async (mail) => {
      const { message } = await transport.sendMail(messageOf(mail, from));
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${mail.id}.eml`);
      // Whole or not at all: somebody may be watching the folder.
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 });
      await rename(`${file}.part`, file);
    },
  };
}

function messageOf({ id, to, subject, text, createdAt }: OutgoingMail, from: string) {
  const host = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    messageId: `<${id}@${host}>`,
    from,
    // As an object: in text, a comma would make two addresses of it.
    to: { name: '', address: to },
    subject,
    text,
    date: createdAt,
    // RFC 3834: so that nobody's holiday notice answers.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** A refusal of this mail. That a server is not there, or does not take us as a sender, is not the mail's fault. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { permanent, command } = error as NodemailerError;
  return permanent === true && (command === 'RCPT TO' || command === 'DATA');
}
