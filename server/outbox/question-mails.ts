/** What a mail tells of: a change of a question, to the other side of it. */
export type QuestionChange = 'asked' | 'reply' | 'answered' | 'credited' | 'closed';

/** What a mail about a question says. */
export interface QuestionMail {
  accountId: string;
  accountName: string;
  questionId: string;
  /** What the charge, or the difference, is called. */
  description: string;
  ofCharge: boolean;
  /** Who did it. */
  byName: string;
  /** A credit as people read it: `5.00 USD`. */
  credit?: string;
}

const LONGEST_SUBJECT = 150;

/** The words of a mail: that something happened and where to read it. What was said stays behind the sign-in. */
export function questionMail(
  publicUrl: string,
  change: QuestionChange,
  about: QuestionMail,
): { subject: string; text: string } {
  const { accountId, questionId, byName, credit = '' } = about;
  const description = oneLine(about.description);
  const account = oneLine(about.accountName);
  const who = oneLine(byName);
  const [on, of] = about.ofCharge ? [` about ${description}`, `a charge of ${account}`] : [`: ${description}`, account];
  const [subject, happened] = {
    asked: [`Question${on}`, `${who} asks about ${of}: ${description}.`],
    reply: [`Reply${on}`, `${who} wrote again about ${of}: ${description}.`],
    answered: [`Answer${on}`, `There is an answer to a question about ${account}: ${description}.`],
    credited: [
      `Credit for ${description}`,
      `After a question about ${account}: ${description}, a credit of ${credit} was granted. Coming invoices draw it down.`,
    ],
    closed: [
      `Closed: ${description}`,
      `A question about ${account}: ${description}, was closed. A reply opens it again.`,
    ],
  }[change] as [string, string];
  const url = `${publicUrl}/accounts/${encodeURIComponent(accountId)}/questions/${encodeURIComponent(questionId)}`;
  return { subject: shortened(`${subject} · ${account}`), text: `${happened}\n\n${url}\n` };
}

/** Names are customers' own: no line breaks into headers, no text that turns its direction. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

function shortened(subject: string): string {
  const characters = [...subject];
  return characters.length <= LONGEST_SUBJECT ? subject : `${characters.slice(0, LONGEST_SUBJECT - 1).join('')}…`;
}
