import { z } from 'zod';
import { DAY, microsOf } from '../../domain/instant.ts';
import { MONTHS_BACK } from '../../domain/policy.ts';
import { TooManyWindowsError, windowsWithin } from '../../domain/windows.ts';
import type { MeterQuery, MeterQueryQuestion } from '../../usage/meter-query.ts';
import { existingAccount } from '../accounts/accounts.ts';
import { accountAsked } from '../endpoint/account-asked.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { microsSchema } from '../endpoint/instant-schema.ts';
import { filtersSchema, listSchema } from '../endpoint/list-schema.ts';
import { requireAccountAccess } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, filterSchema } from '../endpoint/schemas.ts';
import { timeZoneSchema } from '../endpoint/time-zone.ts';

/** The longest time from which events are taken. */
const LONGEST_USAGE = MONTHS_BACK * 31 * DAY;
/** So many windows cost as much as a request. */
const WINDOWS_OF_A_POINT = 100;
const querySchema = z.strictObject({
  accountId: callerIdSchema.optional().meta({ description: 'For keys that serve several accounts.' }),
  from: microsSchema,
  to: microsSchema,
  windowSize: z.enum(['MINUTE', 'HOUR', 'DAY', 'MONTH'], { error: 'Must be MINUTE, HOUR, DAY or MONTH.' }).optional(),
  windowTimeZone: timeZoneSchema.default('UTC'),
  subject: listSchema(filterSchema(256).min(1, 'Must not be empty: every event has a subject.')).optional(),
  groupBy: listSchema(z.string().max(64))
    .refine((names) => new Set(names).size === names.length, 'Must name each dimension once.')
    .optional(),
  filterGroupBy: filtersSchema,
});

const rowSchema = z.object({
  windowStart: z.iso.datetime(),
  windowEnd: z.iso.datetime(),
  subject: z.string().nullable(),
  groupBy: z.record(z.string(), z.string().nullable()),
  value: z.number().meta({ description: 'Rounded to a double; `valueExact` is exact.' }),
  valueExact: z.string(),
});

const answerSchema = z
  .object({
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    windowSize: z.enum(['MINUTE', 'HOUR', 'DAY', 'MONTH']).nullable(),
    meteredThrough: z.iso.datetime().meta({ description: 'Every event received up to here is in the numbers.' }),
    data: z.array(rowSchema),
  })
  .meta({ id: 'MeterQueryResult' });

/** `GET /v1/meters/{key}/query`: path, parameters and shape as OpenMeter's, so that its SDK works unchanged. */
export function addMeterQuery(api: Api, query: MeterQuery): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/meters/{key}/query',
      tag: 'Meters',
      summary: 'Usage of a meter, in windows and groups',
      description:
        'Windows without usage are absent. Without `windowSize` one total row per group. Time-weighted meters answer level × seconds.',
      role: 'read',
      params: z.object({ key: z.string().max(64) }),
      query: querySchema,
      cost: ({ query: { from, to, windowSize } }, now) => {
        if (windowSize === undefined) return 1;
        // What is not said may be as much as there can be: events are taken no further back.
        const end = to ?? microsOf(now);
        return 1 + windowsWithin(from ?? end - LONGEST_USAGE, end, windowSize) / WINDOWS_OF_A_POINT;
      },
      answers: { 200: { description: 'The usage.', schema: answerSchema } },
    },
    async ({ params, query: asked, principal, queries }) => {
      const accountId = accountAsked(principal, asked.accountId);
      requireAccountAccess(principal, accountId);
      await existingAccount(queries, accountId);
      const question: MeterQueryQuestion = {
        accountId,
        key: params.key,
        from: asked.from,
        to: asked.to,
        windowSize: asked.windowSize,
        timeZone: asked.windowTimeZone,
        subjects: asked.subject,
        groupBy: asked.groupBy ?? [],
        only: asked.filterGroupBy ?? {},
      };
      try {
        const answer = await query(question);
        if (answer === null) throw new Problem(404, `There is no meter "${params.key}".`);
        return { status: 200, body: answer };
      } catch (error) {
        if (error instanceof TooManyWindowsError) throw wrong('?windowSize', `Too much at once: ${error.message}.`);
        if (error instanceof RangeError) throw wrong(parameterNamed(error.message, question), `${error.message}.`);
        throw error;
      }
    },
  );
}

function wrong(pointer: string, detail: string): Problem {
  return new Problem(400, detail, { errors: [{ pointer, detail }] });
}

/** Which parameter a fault is about: an unknown dimension stands in its words, the rest is about the range. */
function parameterNamed(message: string, { groupBy, only }: MeterQueryQuestion): string {
  const unknown = (name: string) => message.endsWith(`has no dimension "${name}"`);
  if (groupBy.some(unknown)) return '?groupBy';
  const filtered = Object.keys(only).find(unknown);
  return filtered === undefined ? '?from' : `?filterGroupBy.${filtered}`;
}
