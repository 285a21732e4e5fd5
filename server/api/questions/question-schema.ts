import { z } from 'zod';
import type { ShownExplanation } from '../../database/support/frozen-explanations.ts';
import type { Question, QuestionReply } from '../../database/support/questions.ts';
import { minorUnitOf } from '../../domain/currencies.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { moneyText, parseAmount } from '../../domain/money.ts';
import { callerIdSchema, filterSchema, timestampSchema } from '../endpoint/schemas.ts';
import { shownSubject, shownSubjectFields } from '../explanations/frozen-asked.ts';

const EVENT_NAME = filterSchema(1024).min(1, 'Must not be empty.');

/** An event as its sender named it. */
export const eventRefSchema = z.strictObject({ source: EVENT_NAME, id: EVENT_NAME }).meta({ id: 'EventRef' });

const stateSchema = z.enum(['open', 'answered', 'credited', 'closed']).meta({
  description: '`credited` is an answer that came with money; whatever the customer replies opens the question again.',
});

/** A question in a list, without what was said after it. */
export const questionSchema = z
  .object({
    id: callerIdSchema,
    ...shownSubjectFields,
    description: z.string().meta({ description: 'What the charge, or the difference, is called.' }),
    linkId: z.string().nullable().meta({ description: 'The explanation link it was asked from.' }),
    eventRefs: z.array(eventRefSchema),
    text: z.string(),
    state: stateSchema,
    askedBy: z.string(),
    askedAt: timestampSchema,
    changedAt: timestampSchema,
  })
  .meta({ id: 'Question' });

/** A question with what it was asked about and every reply, oldest first. */
export const questionHistorySchema = questionSchema
  .extend({
    explanation: z
      .object({
        content: z.unknown().meta({ description: 'The explanation as it was when the question was asked.' }),
        sha256: z.string().meta({ description: 'Of `content` as canonical JSON (RFC 8785).' }),
        meteredThrough: timestampSchema,
      })
      .meta({ id: 'FrozenExplanation' }),
    replies: z.array(
      z
        .object({
          id: z.string(),
          text: z.string().nullable().meta({ description: '`null` where the question was closed.' }),
          by: z.string(),
          isSupport: z.boolean(),
          state: stateSchema,
          credit: z.object({ grantId: z.string(), amount: z.string(), currency: z.string() }).nullable(),
          at: timestampSchema,
        })
        .meta({ id: 'QuestionReply' }),
    ),
  })
  .meta({ id: 'QuestionHistory' });

/** A question as the API tells it. */
export function shownQuestion(question: Question): z.output<typeof questionSchema> {
  const { id, chargeId, description, linkId, eventRefs, text, state, askedByName } = question;
  const askedAt = question.askedAt.toISOString();
  const changedAt = question.changedAt.toISOString();
  const subject = shownSubject(chargeId);
  return { id, ...subject, description, linkId, eventRefs, text, state, askedBy: askedByName, askedAt, changedAt };
}

/** The same with what it was asked of and what came after. */
export function shownHistory(
  question: Question,
  frozen: ShownExplanation,
  replies: readonly QuestionReply[],
): z.output<typeof questionHistorySchema> {
  const { content, sha256, meteredThroughMicros } = frozen;
  return {
    ...shownQuestion(question),
    explanation: { content: JSON.parse(content), sha256, meteredThrough: toRfc3339(meteredThroughMicros) },
    replies: replies.map(({ id, byName, credit, at, ...reply }) => ({
      id: String(id),
      ...reply,
      by: byName,
      credit: credit && { ...credit, amount: moneyText(parseAmount(credit.amount), minorUnitOf(credit.currency)) },
      at: at.toISOString(),
    })),
  };
}
