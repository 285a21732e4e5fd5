import { z } from 'zod';
import { linesFault, tidyLines } from '../../domain/text/lines.ts';
import { type UnfitCharacter, unfitInLine, unfitInName } from '../../domain/text/plain-text.ts';
import { refused } from './input.ts';

/** Ids that callers choose: short, lower case, no escaping in URLs. */
export const callerIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'Must be 1 to 64 of a–z, 0–9, dot, hyphen and underscore, and begin with a letter or digit.',
  );

/** One line that people read: a reason, a note. */
export function textSchema(longest: number) {
  return tidySchema(longest).superRefine(fitting(unfitInLine));
}

/** What something is called, and where two that look alike must be one: a name, a label, a unit. */
export function nameSchema(longest: number) {
  return tidySchema(longest).superRefine(fitting(unfitInName));
}

/** A name as a sender gave it, blanks and all: of an event, a resource, the value of a dimension. It may be empty. */
export function givenNameSchema(longest: number) {
  return z.string().max(longest, `Must have at most ${longest} characters.`).superRefine(fitting(unfitInName));
}

/** A filter by such a name: what was refused at every door at all times, nothing that may be stored. */
export function filterSchema(longest: number) {
  return z.string().max(longest, `Must have at most ${longest} characters.`).superRefine(fitting(unfitInLine));
}

function tidySchema(longest: number) {
  return z.string().trim().min(1, 'Must not be empty.').max(longest, `Must have at most ${longest} characters.`);
}

function fitting(unfitIn: (text: string) => UnfitCharacter | null) {
  return (text: string, context: z.RefinementCtx) => {
    const unfit = unfitIn(text);
    if (unfit === null) return;
    const message = `Must not have ${UNFIT[unfit.kind]} (${unfit.codePoint}).`;
    context.addIssue({ code: 'custom', message });
  };
}

const UNFIT: Record<UnfitCharacter['kind'], string> = {
  control: 'control characters',
  surrogate: 'halves of characters',
  invisible: 'characters that nobody sees',
};

/** The id of a charge, as lines of invoices have it. */
export const chargeIdSchema = z
  .string()
  .regex(/^[\w.:~-]{1,200}$/, 'Must be the chargeId of a line of an invoice of this account.');

/** What people write, in lines: line breaks become `\n`, other control characters are refused. */
export function linesSchema(longest: number) {
  return z.string().transform((text, context) => {
    const lines = tidyLines(text);
    const message = linesFault(lines, longest);
    if (message !== null) context.addIssue({ code: 'custom', message });
    return lines;
  });
}

/** An instant as answers tell it. What requests send is read by `instant-schema.ts`. */
export const timestampSchema = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

const DEFAULT_PAGE = 50;
const LONGEST_PAGE = 200;

/** How many rows of a list are asked for. */
export const limitSchema = z
  .string()
  .regex(/^\d{1,4}$/, `Must be a whole number from 1 to ${LONGEST_PAGE}.`)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= LONGEST_PAGE, `Must be a whole number from 1 to ${LONGEST_PAGE}.`)
  .default(DEFAULT_PAGE)
  .meta({ type: 'integer', minimum: 1, maximum: LONGEST_PAGE, default: DEFAULT_PAGE });

/** `?limit=&cursor=` of every list. */
export const pageQuerySchema = z.strictObject({
  limit: limitSchema,
  cursor: z
    .string()
    .max(500)
    .transform((cursor, context) => {
      const after = Buffer.from(cursor, 'base64url').toString('utf8');
      // Ours are short ids; anything else was not made by `cursorAfter`.
      if (/^[a-z0-9][a-z0-9._-]*$/.test(after) && cursorAfter(after) === cursor) return after;
      context.addIssue({
        code: 'custom',
        message: 'Must be the nextCursor of the page before, or absent for the first.',
      });
      return z.NEVER;
    })
    .optional()
    .meta({ type: 'string', description: '`nextCursor` of the page before' }),
});

/** The cursor of a list whose ids are numbers. @throws Problem 400 for one of another list, well formed as it is */
export function sequenceBefore(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw refused(400, '?cursor', 'Must be the nextCursor of the page before, or absent for the first.');
}

/** The answer of a list: rows, and where the next page begins. */
export function pageSchema<Row extends z.ZodType>(row: Row) {
  return z.object({ data: z.array(row), nextCursor: z.string().nullable() });
}

/** A page out of `limit + 1` rows: the extra one only tells that there is more. */
export function pageOf<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  show: (row: Row) => Shown,
): { data: Shown[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { data: shown.map(show), nextCursor: last === undefined ? null : cursorAfter(idOf(last)) };
}

function cursorAfter(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64url');
}
