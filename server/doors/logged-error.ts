import { withoutValues } from '../database/errors.ts';

/** What a log holds of an error. */
export interface LoggedError {
  type: string;
  code?: string;
  message: string;
  /** The frames alone: the first lines of a stack repeat the message. */
  stack: string;
  cause?: LoggedError;
}

const MOST_CAUSES = 3;
const LONGEST_MESSAGE = 300;
/** A name in code, such as the property that was read of nothing. */
const IDENTIFIER = /^[A-Za-z_$][\w$.]{0,30}$/;
/** From the first quote, which is no apostrophe, to the last: what is quoted may hold quotes itself, or have been cut. */
const QUOTED = /(?<!\w)["'`“].*["'`”]|(?<!\w)["'`“].*/s;
/** Where the engine begins to repeat a statement, with its literals. */
const STATEMENT = /[("'`]|\bin scope\b|\bwhile\b|\bfailed at\b/i;
const MAIL_ADDRESS = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g;
/** Tokens, sessions, keys, hashes, and addresses with one in them. */
const OPAQUE = /[\w%~+=-]{24,}/g;

/**
 * An error as a log may hold it: what kind, where, and its words without the values that stand in them. Errors repeat what they
 * failed on (an address, a parameter, a text that is not JSON), and that may be a customer's, or written for the log by somebody else;
 * whatever else hangs on an error is left out.
 */
export function loggedError(error: unknown, causes = 0): LoggedError {
  const clean = withoutValues(error);
  const { cause } = clean;
  return {
    type: typeName(clean),
    ...('code' in clean && /^[A-Z0-9_]{1,40}$/.test(String(clean.code)) ? { code: String(clean.code) } : {}),
    message: wordsOf(clean),
    stack: framesOf(clean.stack),
    ...(cause === undefined || causes === MOST_CAUSES ? {} : { cause: loggedError(cause, causes + 1) }),
  };
}

function typeName({ name }: Error): string {
  return IDENTIFIER.test(name) ? name : 'Error';
}

function wordsOf({ name, message }: Error): string {
  // The statement is ours, its values are placeholders: the names quoted in it are those of columns.
  if (name === 'DatabaseError') return message;
  if (name === 'ClickHouseError') return message.split(STATEMENT, 1)[0]?.trimEnd() ?? '';
  const isAboutCode = name === 'TypeError' || name === 'ReferenceError';
  return message
    .slice(0, 10 * LONGEST_MESSAGE)
    .replace(QUOTED, (quoted) => (isAboutCode && IDENTIFIER.test(quoted.slice(1, -1)) ? quoted : '"…"'))
    .replace(MAIL_ADDRESS, '…@…')
    .replace(OPAQUE, '…')
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .slice(0, LONGEST_MESSAGE);
}

function framesOf(stack: string | undefined): string {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at [\w$.<>[\] *#]* ?\(?(file:|node:|\/|<anonymous>|async )/.test(line))
    .join('\n');
}
