import { z } from 'zod';

/** An amount or quantity: exact decimal text, zero or more. */
export const decimalSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})(\.\d{1,12})?$/, {
    error:
      'Must be a decimal in quotes, not negative, of at most 20 digits before and 12 after the point, for example "12.50".',
    // What compares amounts must not see what is none.
    abort: true,
  })
  .meta({ examples: ['12.50'] });

/** The same, and more than zero. */
export const positiveDecimalSchema = decimalSchema.refine((text) => /[1-9]/.test(text), {
  error: 'Must be more than zero.',
  abort: true,
});

/** A percentage from 0 to 100 as decimal text with at most six decimals, told in quotes so that no digit is lost. */
export const percentSchema = z
  .string()
  .regex(
    /^(100(\.0{1,6})?|(0|[1-9]\d?)(\.\d{1,6})?)$/,
    'Must be a decimal in quotes from "0" to "100", for example "8.25".',
  );
