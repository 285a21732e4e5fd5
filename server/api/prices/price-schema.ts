import { z } from 'zod';
import type { PriceFault } from '../../domain/pricing/models/charge-model.ts';
import { type ModelName, modelOf } from '../../domain/pricing/models/models.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { compareQuantities } from '../../domain/quantity.ts';
import { decimalSchema, positiveDecimalSchema } from '../endpoint/decimal-schema.ts';
import { callerIdSchema, givenNameSchema, nameSchema } from '../endpoint/schemas.ts';

const MOST_TIERS = 100;
const MOST_DIMENSIONS = 20;

const dimensionSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'Must be the name of a dimension of the meter, for example app.');

/** What usage says in a dimension. It may be empty: usage whose event did not say. */
const dimensionValueSchema = givenNameSchema(500);

const common = {
  key: callerIdSchema,
  meter: callerIdSchema.meta({ description: 'Key of the meter whose usage it prices.' }),
  match: z
    .record(dimensionSchema, dimensionValueSchema)
    .refine((match) => Object.keys(match).length <= MOST_DIMENSIONS, `Must have at most ${MOST_DIMENSIONS} dimensions.`)
    .optional()
    .meta({ description: 'What usage must say in these dimensions, all of them; absent: all usage of the meter.' }),
  description: nameSchema(500),
  included: decimalSchema.optional().meta({
    description: 'Quantity that costs nothing, within a charge and period; of a flat price, how much it buys.',
  }),
  minimum: decimalSchema.optional().meta({ description: 'Least that a charge with usage amounts to.' }),
  maximum: z
    .strictObject({ amount: decimalSchema, scope: z.enum(['line', 'slot']) })
    .optional()
    .meta({ description: 'Most that is charged in a period, for the line or for each slot of it.' }),
  flatAtZero: z.boolean().optional().meta({ description: 'Flat amounts are due without usage too.' }),
  lineBy: z
    .array(dimensionSchema)
    .min(1, 'Must name a dimension, or be absent.')
    .max(MOST_DIMENSIONS)
    .refine((names) => new Set(names).size === names.length, 'Must name each dimension once.')
    .optional()
    .meta({ description: 'One charge for each value of these dimensions; absent: one for the whole account.' }),
};

const tierSchema = z
  .strictObject({
    upTo: positiveDecimalSchema
      .nullable()
      .meta({ description: 'Inclusive; `null`, in the last tier, is without end.' }),
    unitAmount: decimalSchema,
    flatAmount: decimalSchema.optional().meta({ description: 'Due when the tier is entered.' }),
  })
  .meta({ id: 'Tier' });

const tieredSchema = z.strictObject({
  ...common,
  model: z.enum(['graduated', 'volume']),
  tiers: z.array(tierSchema).min(1, 'Must have a tier.').max(MOST_TIERS, `Must have at most ${MOST_TIERS} tiers.`),
});

/** What a price of each model says. */
const MODEL_SCHEMAS = {
  per_unit: z.strictObject({
    ...common,
    model: z.literal('per_unit'),
    unitAmount: decimalSchema,
    per: positiveDecimalSchema.optional().meta({ description: '`unitAmount` is for so many units; default 1.' }),
  }),
  graduated: tieredSchema,
  volume: tieredSchema,
  package: z.strictObject({
    ...common,
    model: z.literal('package'),
    amount: decimalSchema,
    size: positiveDecimalSchema,
  }),
  percentage: z.strictObject({
    ...common,
    model: z.literal('percentage'),
    percent: decimalSchema,
    fixedAmount: decimalSchema.optional().meta({ description: 'Added for each event.' }),
    perEventMin: decimalSchema.optional(),
    perEventMax: decimalSchema.optional(),
  }),
  flat: z.strictObject({ ...common, model: z.literal('flat'), amount: decimalSchema }),
  per_time: z.strictObject({
    ...common,
    model: z.literal('per_time'),
    amount: decimalSchema,
    perSeconds: positiveDecimalSchema,
  }),
} satisfies {
  [Name in ModelName]: Name extends z.output<typeof tieredSchema>['model']
    ? typeof tieredSchema
    : z.ZodType<Extract<Price, { model: Name }>, unknown>;
};

type ModelSchema = (typeof MODEL_SCHEMAS)[ModelName];

/** One price of a rate card as operators write it: its own rules; those among prices are in `price-rules.ts`. */
export const priceSchema = z
  .discriminatedUnion('model', [...new Set(Object.values(MODEL_SCHEMAS))] as [ModelSchema, ...ModelSchema[]])
  .superRefine((price, context) => {
    for (const { path, message } of faultsOf(price)) context.addIssue({ code: 'custom', message, path });
  })
  .meta({ id: 'Price' });

/** What contradicts itself within one price. */
function faultsOf(price: Price): PriceFault[] {
  const faults = modelOf(price).faults(price);
  const { minimum, maximum } = price;
  if (minimum !== undefined && maximum !== undefined && compareQuantities(minimum, maximum.amount) > 0) {
    faults.unshift({
      path: ['maximum', 'amount'],
      message: `The cap below the minimum of ${minimum} could not be kept.`,
    });
  }
  return faults;
}
