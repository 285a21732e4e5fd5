import { z } from 'zod';
import type { EventFilter } from '../../../clickhouse/index.ts';
import type { LookedUp } from '../../explanation/receipt.ts';
import type { ShownEvent } from '../../usage/event-lookup.ts';
import { existingAccount } from '../accounts/accounts.ts';
import { accountAsked } from '../endpoint/account-asked.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { microsSchema } from '../endpoint/instant-schema.ts';
import { requireAccountAccess } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, filterSchema, limitSchema } from '../endpoint/schemas.ts';

/** What these endpoints ask of the rooms below. */
export interface EventsOut {
  page: (filter: EventFilter) => Promise<{ data: ShownEvent[]; next: number | null }>;
  lookUp: (accountId: string, source: string, id: string) => Promise<LookedUp | null>;
}

/** Beyond every receive and event time there can be, in microseconds. */
const NEVER = 7_258_118_400_000_000;

const accountIdSchema = callerIdSchema.optional().meta({ description: 'For keys that serve several accounts.' });

const shownSchema = z.object({
  event: z.looseObject({}).meta({ description: 'The envelope.' }),
  raw: z.string().meta({ description: 'The envelope as JSON text, with every digit as it was received.' }),
  eventTime: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
});

/** Reading events back: a list and the receipt of one. */
export function addEventsOut(api: Api, events: EventsOut): void {
  addEventList(api, events);
  addEventLookup(api, events);
}

function addEventList(api: Api, events: EventsOut): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/events',
      tag: 'Events',
      summary: 'Events of an account, newest received first',
      role: 'read',
      query: z.strictObject({
        accountId: accountIdSchema,
        type: filterSchema(256).min(1, 'Must not be empty.').optional(),
        subject: filterSchema(256).min(1, 'Must not be empty.').optional(),
        from: microsSchema,
        to: microsSchema,
        receivedFrom: microsSchema,
        receivedTo: microsSchema,
        limit: limitSchema,
        cursor: z
          .string()
          .regex(/^\d{1,16}$/, 'Must be the nextCursor of the page before.')
          .optional(),
      }),
      answers: {
        200: {
          description: 'One page.',
          schema: z.object({ data: z.array(shownSchema), nextCursor: z.string().nullable() }),
        },
      },
    },
    async ({ query, principal, queries }) => {
      const accountId = accountAsked(principal, query.accountId);
      requireAccountAccess(principal, accountId);
      await existingAccount(queries, accountId);
      const { data, next } = await events.page({
        accountId,
        type: query.type ?? null,
        subject: query.subject ?? null,
        from: query.from ?? 0,
        to: query.to ?? NEVER,
        receivedFrom: query.receivedFrom ?? 0,
        receivedTo: query.receivedTo ?? NEVER,
        before: query.cursor === undefined ? NEVER : Number(query.cursor),
        limit: query.limit,
      });
      return { status: 200, body: { data, nextCursor: next === null ? null : String(next) } };
    },
  );
}

function addEventLookup(api: Api, events: EventsOut): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/events/lookup',
      tag: 'Events',
      summary: 'One event by source and id: both times, its receipt, the meters it fed and the charge it is in',
      role: 'read',
      query: z.strictObject({
        accountId: accountIdSchema,
        source: filterSchema(512).min(1, 'Must not be empty.'),
        id: filterSchema(256).min(1, 'Must not be empty.'),
      }),
      answers: {
        200: {
          description: 'The event.',
          schema: shownSchema.extend({
            receipt: z.object({
              status: z
                .enum(['accepted', 'late'])
                .meta({ description: '`late`: the invoice of its period was final before it was received.' }),
              receivedAt: z.iso.datetime(),
            }),
            meters: z.array(
              z.object({
                key: z.string(),
                version: z.int(),
                unit: z.string(),
                value: z.string(),
                groupBy: z.record(z.string(), z.string()),
                charge: z
                  .object({ chargeId: z.string(), description: z.string(), amountExact: z.string().nullable() })
                  .nullable()
                  .meta({
                    description:
                      'What it is in, and what it adds to that; `null` without a price. Of a late event the charge whose correction it is in, without an amount.',
                  }),
              }),
            ),
          }),
        },
        404: { description: 'No event with this source and id was accepted for the account.' },
      },
    },
    async ({ query, principal, queries }) => {
      const accountId = accountAsked(principal, query.accountId);
      requireAccountAccess(principal, accountId);
      await existingAccount(queries, accountId);
      const event = await events.lookUp(accountId, query.source, query.id);
      if (event === null) {
        throw new Problem(
          404,
          `No event with the source "${query.source}" and the id "${query.id}" was accepted for this account.`,
        );
      }
      return { status: 200, body: event };
    },
  );
}
