import { z } from 'zod';
import { AGGREGATION_NAMES, isLevels, readsValue } from '../../domain/aggregation.ts';
import { changeFields } from '../accounts/change-in-time.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { callerIdSchema, nameSchema, timestampSchema } from '../endpoint/schemas.ts';

const MOST_DIMENSIONS = 20;
/** Names that the meter query uses for something else. */
const TAKEN_NAMES = new Set(['subject', 'account']);

const pathSchema = z
  .string()
  .max(200)
  .regex(/^\$(\.[A-Za-z0-9_-]+)+$/, 'Must be a path into data such as $.tokens.input.');

const dimensionsSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'A dimension is named with 1 to 40 of a–z, 0–9 and _, beginning with a letter.'),
    pathSchema,
  )
  .superRefine((dimensions, context) => {
    const names = Object.keys(dimensions);
    if (names.length > MOST_DIMENSIONS) {
      context.addIssue({ code: 'custom', message: `Must have at most ${MOST_DIMENSIONS} dimensions.` });
    }
    for (const name of names.filter((each) => TAKEN_NAMES.has(each))) {
      const message = `Every meter has "${name}" already; name the dimension otherwise.`;
      context.addIssue({ code: 'custom', message, path: [name] });
    }
  });

const fields = {
  description: nameSchema(500),
  eventType: nameSchema(200),
  aggregation: z.enum(AGGREGATION_NAMES),
  valuePath: pathSchema.optional().meta({ description: 'Where in `data` the value stands; absent for `count` only.' }),
  levels: z.enum(['slots', 'amount']).optional().meta({ description: 'For `time_weighted` only, and needed there.' }),
  dimensions: dimensionsSchema,
  unit: nameSchema(40),
};

const effectiveFromSchema = instantSchema
  .nullable()
  .optional()
  .meta({
    ...{ type: 'string', format: 'date-time' },
    description:
      'From which event time on it holds; now if left out, for a new meter from the beginning, as `null` says, too.',
  });

const amendSchema = changeFields.amend;

/** What an operator says a meter is, checked field by field and as a whole. */
export const meterDefinitionSchema = z
  .strictObject({ ...fields, effectiveFrom: effectiveFromSchema, amend: amendSchema })
  .superRefine(({ aggregation, valuePath, levels }, context) => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] });
    if (!readsValue(aggregation) && valuePath !== undefined)
      fault('valuePath', 'A count reads no value; leave it out.');
    if (readsValue(aggregation) && valuePath === undefined) fault('valuePath', `Must be there for ${aggregation}.`);
    if (!isLevels(aggregation) && levels !== undefined) fault('levels', 'Only time_weighted has levels; leave it out.');
    if (isLevels(aggregation) && levels === undefined)
      fault('levels', 'Must be "slots" or "amount" for time_weighted.');
  })
  .meta({ id: 'MeterDefinition' });

/** A meter as it is told: its newest definition, from when that holds, and whether it is out of use. */
export const meterSchema = z
  .object({
    ...{ key: callerIdSchema, version: z.int(), ...fields, createdAt: timestampSchema },
    effectiveFrom: timestampSchema.nullable().meta({ description: 'From when this holds; null: from the beginning.' }),
    archivedAt: timestampSchema.nullable().meta({ description: 'From when on it takes no part.' }),
  })
  .meta({ id: 'Meter' });

/** Every definition of a meter in the order they were written; `value` is `null` where it was archived. */
export const historySchema = z
  .object({
    data: z.array(
      z.object({
        effectiveFrom: timestampSchema.nullable().meta({ description: 'null: from the beginning' }),
        changedAt: timestampSchema,
        changedBy: z.string().nullable(),
        value: z.object(fields).nullable().meta({ description: 'null: archived' }),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'MeterHistory' });
