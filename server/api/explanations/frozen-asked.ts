import { z } from 'zod';
import type { FrozenExplanation, Redaction } from '../../database/support/frozen-explanations.ts';
import { type Change, changeIdOf, changeOfId } from '../../domain/change-id.ts';
import { readEventTime, toRfc3339 } from '../../domain/instant.ts';
import type { Freeze } from '../../explanation/explanation.types.ts';
import { SpanError } from '../../explanation/why/changes/question.ts';
import { refused } from '../endpoint/input.ts';
import type { Problem } from '../endpoint/problem.ts';
import { chargeIdSchema } from '../endpoint/schemas.ts';

const spanEnd = z
  .string()
  .transform((text, context) => {
    const micros = readEventTime(text);
    if (micros !== null && micros >= 0) return toRfc3339(micros);
    context.addIssue({ code: 'custom', message: 'Must be an RFC 3339 time such as 2026-11-01T00:00:00Z.' });
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time' });

/** Without assertions about what is ahead: those who draw texts from the document's patterns do not know them. */
const PERIOD_KEY = /^(?:\d{3}[1-9]|\d{2}[1-9]0|\d[1-9]00|[1-9]000)-(?:0[1-9]|1[0-2])$/;

/** Which difference, as the operations that open one are asked. */
const changeSchema = z
  .union(
    [
      z.strictObject({ period: z.string().regex(PERIOD_KEY) }),
      z.strictObject({ day: z.iso.date(), against: z.enum(['previous', 'usual']) }),
      z.strictObject({ chargeId: chargeIdSchema }),
      z.strictObject({ from: spanEnd, to: spanEnd, compareFrom: spanEnd, compareTo: spanEnd }),
    ],
    'Must be {period}, {day, against}, {chargeId} or {from, to, compareFrom, compareTo}.',
  )
  .meta({
    id: 'ChangeAsked',
    description:
      'A difference: of a billing period and the same part of the one before, of a day, of a charge, or of two spans.',
  });

/** What a link, or a question, is of: a charge or a difference. */
export const subjectFields = {
  chargeId: chargeIdSchema.optional(),
  change: changeSchema.optional().meta({ description: 'Instead of a charge.' }),
};

/** The same as it is told: one of both. */
export const shownSubjectFields = {
  chargeId: z.string().nullable().meta({ description: '`null` where it is of a difference.' }),
  change: z
    .union([
      z.object({ period: z.string() }),
      z.object({ day: z.string(), against: z.enum(['previous', 'usual']) }),
      z.object({ chargeId: z.string() }),
      z.object({ from: z.string(), to: z.string(), compareFrom: z.string(), compareTo: z.string() }),
    ])
    .nullable()
    .meta({ description: 'The difference it is of; `null` where it is of a charge.' }),
};

/** The id of what is asked for. @throws Problem 400 unless it is one of both */
export function subjectIdOf({
  chargeId,
  change,
}: {
  chargeId?: string | undefined;
  change?: Change | undefined;
}): string {
  if (change !== undefined) {
    if (chargeId === undefined) return changeIdOf(change);
    throw refused(400, '#/change', 'Must not be given beside a charge.');
  }
  if (chargeId === undefined) throw refused(400, '#/chargeId', 'Must be given, or a change instead.');
  if (changeOfId(chargeId) !== null) throw noSuchCharge(chargeId);
  return chargeId;
}

/** An id as it is told. */
export function shownSubject(id: string): { chargeId: string | null; change: Change | null } {
  const change = changeOfId(id);
  return change === null ? { chargeId: id, change: null } : { chargeId: null, change };
}

/** Freezes what is asked for. @throws Problem 400 where the account has none such */
export async function frozenAsked(
  freeze: Freeze,
  accountId: string,
  id: string,
  redaction: Redaction,
): Promise<FrozenExplanation> {
  const isChange = changeOfId(id) !== null;
  try {
    const frozen = await freeze(accountId, id, redaction);
    if (frozen !== null) return frozen;
  } catch (error) {
    if (error instanceof SpanError) throw refused(400, '#/change', error.message);
    throw error;
  }
  throw isChange
    ? refused(400, '#/change', 'There is nothing like that in this account, or nothing before it to compare with.')
    : noSuchCharge(id);
}

/** A charge that is another account's does not exist either. */
function noSuchCharge(chargeId: string): Problem {
  return refused(400, '#/chargeId', `There is no charge "${chargeId}" in this account.`);
}
