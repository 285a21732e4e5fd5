import { z } from 'zod';
import { DAY } from '../../domain/instant.ts';
import type { ChangesReader } from '../../explanation/why/changes/changes.ts';
import type { Changes } from '../../explanation/why/changes/changes.types.ts';
import { KINDS } from '../../explanation/why/changes/piece.ts';
import { SpanError, UnknownNameError } from '../../explanation/why/changes/question.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { microsSchema } from '../endpoint/instant-schema.ts';
import { filtersSchema, listSchema } from '../endpoint/list-schema.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema } from '../endpoint/schemas.ts';
import { decimal, instant } from '../invoices/invoice-schema.ts';
import { chargeParams } from './explanation-schema.ts';

interface ChangesDeps {
  changes: ChangesReader;
}

const driverSchema = z.object({
  kind: z.enum([...KINDS, 'correction', 'credit', 'tax']),
  description: z.string().meta({ description: 'What happened, in a sentence without its full stop.' }),
  arithmetic: z.string().optional().meta({ description: 'How the amount comes about by hand.' }),
  at: instant.optional(),
  actor: z.string().optional().meta({ description: 'Who or what did it, where an event says so.' }),
  chargeId: z.string().optional(),
  resource: z.string().optional(),
  eventRefs: z
    .array(z.object({ source: z.string(), id: z.string(), at: instant, actor: z.string().optional() }))
    .optional()
    .meta({ description: 'A few events behind it, the one that bears on it most first.' }),
  eventsAre: z.enum(['cause', 'largest', 'uncovered']).optional().meta({
    description:
      '`cause`: they did it. `largest`: of counted usage, those that added most in the later span. `uncovered`: they began what the license does not cover. Of the latter two `actor` is told where all of them name the same.',
  }),
  amountExact: decimal,
  groupBy: z.record(z.string(), z.string()).optional(),
  inside: z
    .array(
      z.object({
        chargeId: z.string(),
        description: z.string(),
        lineValues: z.record(z.string(), z.string()),
        resource: z.string().nullable(),
        arithmetic: z.string().optional(),
        amountExact: decimal,
      }),
    )
    .meta({ description: 'What it makes of which charge and resource; together exactly its amount.' }),
});

const changesSchema = z
  .object({
    ...{ from: instant, to: instant, compareFrom: instant, compareTo: instant },
    ...{ currency: z.string(), minorUnit: z.int(), timeZone: z.string() },
    amountExact: decimal.meta({ description: 'Before its charges are rounded.' }),
    compareAmountExact: decimal,
    differenceExact: decimal.meta({
      description: '`amountExact` − `compareAmountExact`: all drivers together, exactly.',
    }),
    compareSpans: z
      .array(z.object({ from: instant, to: instant, amountExact: decimal }))
      .optional()
      .meta({ description: 'Where it is the middle of several spans: each of them, with what it came to.' }),
    drivers: z.array(driverSchema).meta({ description: 'The largest first.' }),
    meteredThrough: instant,
  })
  .meta({ id: 'Changes' });

const answers = { 200: { description: 'The difference, opened.', schema: changesSchema } } as const;

/** Differences between two amounts, opened: drivers that add up to them exactly. */
export function addChangesEndpoints(api: Api, deps: ChangesDeps): void {
  addChangesOfAccount(api, deps);
  addChangesOfCharge(api, deps);
  addChangesOfDay(api, deps);
}

function addChangesOfAccount(api: Api, { changes }: ChangesDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/changes',
      tag: 'Explanations',
      summary: 'What makes the difference between two spans of an account, driver by driver',
      description:
        'Without spans the open period so far against the same part of the one before. Corrections, credits and tax are in it where both spans begin a billing period, the later is all of one, and nothing is filtered. Both spans must have begun: what has not come is not known.',
      role: 'read',
      params: z.object({ accountId: callerIdSchema }),
      query: z.strictObject({
        ...{ from: microsSchema, to: microsSchema, compareFrom: microsSchema, compareTo: microsSchema },
        groupBy: listSchema(z.string().max(64)).optional().meta({
          description:
            '`price`, `resource`, or a dimension charges are told apart by: drivers are then told for each value.',
        }),
        filterGroupBy: filtersSchema,
      }),
      cost: ({ query: { from, to, compareFrom, compareTo } }) => {
        const length = (start = 0, end = 0) => Math.max(0, end - start);
        return COST + Math.floor((length(from, to) + length(compareFrom, compareTo)) / MONTH) * COST_OF_MONTH;
      },
      answers,
    },
    async ({ params: { accountId }, query }) => {
      const { from, to, compareFrom, compareTo, filterGroupBy: filter, groupBy } = query;
      const choice = { ...(filter === undefined ? {} : { filter }), ...(groupBy === undefined ? {} : { groupBy }) };
      const given = { from, to, compareFrom, compareTo };
      if (Object.values(given).every((at) => at === undefined)) {
        return { status: 200, body: found(await asked(changes.ofPeriod(accountId, null, choice)), NO_PERIOD) };
      }
      const spans = Object.fromEntries(
        Object.entries(given).map(([name, at]) => {
          if (at === undefined) throw refused(400, `?${name}`, 'Must be given with the other three.');
          return [name, at];
        }),
      ) as { from: number; to: number; compareFrom: number; compareTo: number };
      const question = {
        ...{ now: { from: spans.from, to: spans.to }, before: [{ from: spans.compareFrom, to: spans.compareTo }] },
        ...choice,
      };
      return { status: 200, body: found(await asked(changes.between(accountId, question)), NO_ACCOUNT) };
    },
  );
}

function addChangesOfCharge(api: Api, { changes }: ChangesDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/charges/{chargeId}/changes',
      tag: 'Explanations',
      summary: 'What makes the difference between a charge and that of the period before',
      description: 'While the period is open, against the same part of the one before.',
      role: 'read',
      params: chargeParams,
      cost: () => COST,
      answers,
    },
    async ({ params: { accountId, chargeId } }) => {
      const answer = await asked(changes.ofCharge(accountId, chargeId));
      return { status: 200, body: found(answer, `The account has no charge "${chargeId}", or no period before it.`) };
    },
  );
}

function addChangesOfDay(api: Api, { changes }: ChangesDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/days/{date}/changes',
      tag: 'Explanations',
      summary: 'What makes the difference between a day and the day before, or what is usual on it',
      description: 'Usual is the median of the same day of the four weeks before.',
      role: 'read',
      params: z.object({
        accountId: callerIdSchema,
        date: z.iso.date().meta({ description: 'Calendar day in the account’s zone.' }),
      }),
      query: z.strictObject({
        against: z.enum(['previous', 'usual'], 'Must be previous or usual.').default('previous'),
      }),
      cost: () => COST,
      answers,
    },
    async ({ params: { accountId, date }, query: { against } }) => {
      const answer = await asked(changes.ofDay(accountId, date, against));
      const none = `The account has no day ${date} in its billing periods so far, or none to compare it with.`;
      return { status: 200, body: found(answer, none) };
    },
  );
}

/** Two months are read and rated; more where spans are longer. */
const COST = 4;
const COST_OF_MONTH = 2;
const MONTH = 28 * DAY;

const NO_ACCOUNT = 'There is no such account.';
const NO_PERIOD = 'There is no such account, or it has no billing period before the open one to compare with.';

function found(answer: Changes | null, otherwise: string): Changes {
  if (answer !== null) return answer;
  throw new Problem(404, otherwise);
}

/** @throws Problem 400 for spans and names that cannot be compared */
async function asked(answer: Promise<Changes | null>): Promise<Changes | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnknownNameError) throw refused(400, '?filterGroupBy', error.message);
    if (error instanceof SpanError) throw refused(400, '?from', error.message);
    throw error;
  }
}
