import { z } from 'zod';
import { readEventTime } from '../../domain/instant.ts';

/** An instant an operator writes, as a `Date`. No finer than the store keeps it, so that it reads back as written. */
export const instantSchema = z.iso
  .datetime({ error: 'Must be an RFC 3339 time in UTC, for example 2026-11-01T00:00:00Z.', abort: true })
  .refine((text) => !/\.\d{4}/.test(text), 'Must be no finer than a millisecond.')
  .refine((text) => text >= '1970', 'Must be 1970 or later.')
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time', description: 'RFC 3339, UTC' });

/** An instant in a query, if there is one: RFC 3339 with every digit it has, to microseconds. */
export const microsSchema = z
  .string()
  .transform((text, context) => {
    const micros = readEventTime(text);
    if (micros !== null) return micros;
    context.addIssue({ code: 'custom', message: 'Must be an RFC 3339 time such as 2026-11-01T00:00:00Z.' });
    return z.NEVER;
  })
  .optional()
  .meta({ type: 'string', format: 'date-time' });
