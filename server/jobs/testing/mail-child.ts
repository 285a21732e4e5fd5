import { openDatabase } from '../../database/connect.ts';
import { smtpMailer } from '../../outbox/mailer.ts';
import { sendMails } from '../send-mails.ts';

/** Sends what is due, as of an instant: argv holds the store, the mail server and the instant. Its parent may kill it. */
const [, , url = '', smtpUrl = '', asOf = ''] = process.argv;
const database = await openDatabase({ url, dataDir: '' });
const mailer = smtpMailer({ smtpUrl, from: 'billing@plainbill.example' });
const onError = (error: unknown) => process.stderr.write(`${error}\n`);
await sendMails({ database, mailer, now: () => new Date(asOf), onError }, new AbortController().signal);
await database.close();
