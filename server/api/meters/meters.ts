import { z } from 'zod';
import { getAccounts } from '../../database/accounts/accounts.ts';
import { reopenPeriods } from '../../database/accounts/billing-periods.ts';
import {
  archiveMeter,
  listMeters,
  type MeterVersion,
  meterForKey,
  meterHistory,
  meterTimeline,
  newestMeter,
  putMeter,
} from '../../database/prices/meters.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf } from '../../domain/instant.ts';
import { eventTypesOf, type Meter, type MeterDefinition } from '../../domain/meter.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { nameOf } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, pageOf, pageQuerySchema, pageSchema } from '../endpoint/schemas.ts';
import { requireNothingEnded, requirePricesKept, requireUnpriced } from './meter-guards.ts';
import { historySchema, meterDefinitionSchema, meterSchema } from './meter-schema.ts';

/** How a shown meter is brought up to date with its writings. */
export interface MeterChanges {
  /** Rolls the newest version from raw and makes it current; the write is answered when it has. */
  onMeterChange: (meter: Meter) => Promise<void>;
  /** The accounts a change from an instant on may bear on, each with the first instant at which it does. */
  accountsTouched: (
    of: { meter: string; meterVersion: number; types: readonly string[] },
    from: Micros,
  ) => Promise<ReadonlyMap<string, Micros>>;
}

const meterParams = z.object({ key: callerIdSchema });

/** Meters, their history, and taking them out of use. */
export function addMeterEndpoints(api: Api, changes: MeterChanges): void {
  addMeterWriting(api, changes);
  addMeterArchiving(api, changes);
  addMeterHistory(api);
  addMeterList(api);
  addMeterReading(api);
}

function addMeterWriting(api: Api, changes: MeterChanges): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/meters/{key}',
      tag: 'Meters',
      summary: 'Define a meter',
      description:
        'A change holds for events that happened from `effectiveFrom` on; what happened before is measured as before. It makes a new version, which is computed from all events received so far and then takes the place of the old one. Repeating a definition changes nothing.',
      role: 'operator',
      params: meterParams,
      body: meterDefinitionSchema,
      answers: {
        200: { description: 'The meter is defined so already.', schema: meterSchema },
        201: { description: 'A new version.', schema: meterSchema },
      },
      prepare: async ({ params, body, queries }) => {
        const { effectiveFrom } = body;
        const newest = await newestMeter(queries, params.key);
        // From now on only periods that are open can change.
        const isPast = effectiveFrom !== undefined && (effectiveFrom === null || effectiveFrom < api.now());
        if (!isPast || newest === null) return new Map<string, Micros>();
        const types = [...eventTypesOf(newest), body.eventType];
        const of = { meter: newest.key, meterVersion: newest.version, types };
        return changes.accountsTouched(of, (effectiveFrom?.getTime() ?? 0) * 1000);
      },
    },
    async ({ params, body, queries, principal, prepared }) => {
      const { effectiveFrom, amend } = body;
      const definition = definitionOf(body);
      const now = api.now();
      const timeline = await meterTimeline(queries, params.key);
      const isNew = timeline.length === 0;
      const from = effectiveFrom === undefined && !isNew ? now : effectiveFrom;
      const { meter, created } = await putMeter(queries, params.key, definition, now, {
        ...(from === undefined ? {} : { effectiveFrom: from }),
        changedBy: nameOf(principal),
        ...(amend === undefined ? {} : { reason: amend.reason }),
      });
      if (created && !isNew) {
        if (amend === undefined) await requireNothingEnded(queries, prepared, now);
        else if (from !== undefined) {
          const touched = await getAccounts(queries, [...prepared.keys()]);
          await reopenPeriods(queries, touched, from ?? new Date(0), now);
        }
        const micros = from ? microsOf(from) : Number.NEGATIVE_INFINITY;
        await requirePricesKept(queries, params.key, timeline, definition, micros);
      }
      return { status: created ? 201 : 200, body: shown(meter) };
    },
    rollNewest(api, changes),
  );
}

function addMeterArchiving(api: Api, changes: MeterChanges): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/meters/{key}/archive',
      tag: 'Meters',
      summary: 'Take a meter out of use',
      description:
        'It takes no part in usage from then on; what was before stays, priced as it was. Defining it again takes it back into use.',
      role: 'operator',
      params: meterParams,
      bodyMayBeAbsent: true,
      body: z
        .strictObject({
          effectiveFrom: instantSchema.optional().meta({ description: 'Now if left out; never earlier.' }),
        })
        .default({}),
      answers: { 200: { description: 'Archived.', schema: meterSchema } },
    },
    async ({ params, body, queries, principal }) => {
      const now = api.now();
      const from = body.effectiveFrom ?? now;
      if (from < now) throw refused(400, '#/effectiveFrom', 'Must not be in the past.');
      const archived = await archiveMeter(queries, params.key, now, {
        effectiveFrom: from,
        changedBy: nameOf(principal),
      });
      if (archived === null) throw noSuchMeter(params.key);
      if (archived.created) await requireUnpriced(queries, params.key, from);
      return { status: 200, body: shown(archived.meter) };
    },
    rollNewest(api, changes),
  );
}

function addMeterHistory(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/meters/{key}/history',
      tag: 'Meters',
      summary: 'Every definition of a meter, in the order they were written',
      role: 'read',
      params: meterParams,
      answers: { 200: { description: 'The history.', schema: historySchema } },
    },
    async ({ params, queries }) => {
      const changes = await meterHistory(queries, params.key);
      if (changes.length === 0) throw noSuchMeter(params.key);
      return {
        status: 200,
        body: { data: changes.map(({ reason, ...change }) => ({ ...change, ...(reason === null ? {} : { reason }) })) },
      };
    },
  );
}

function addMeterList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/meters',
      tag: 'Meters',
      summary: 'The meters, by key',
      role: 'read',
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(meterSchema) } },
    },
    async ({ query, queries }) => {
      const rows = await listMeters(queries, { after: query.cursor ?? null, limit: query.limit + 1 }, api.now());
      return { status: 200, body: pageOf(rows, query.limit, (row) => row.key, shown) };
    },
  );
}

function addMeterReading(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/meters/{key}',
      tag: 'Meters',
      summary: 'A meter',
      role: 'read',
      params: meterParams,
      answers: { 200: { description: 'The version that queries answer by.', schema: meterSchema } },
    },
    async ({ params, queries }) => {
      const meter = await meterForKey(queries, params.key, api.now());
      if (!meter) throw noSuchMeter(params.key);
      return { status: 200, body: shown(meter) };
    },
  );
}

/** Also when what was asked for stood already: an earlier request may have ended before its version was rolled. */
function rollNewest(api: Api, changes: MeterChanges): (of: { key: string }) => Promise<void> {
  return async ({ key }) => {
    const newest = await newestMeter(api.database.queries, key);
    if (newest?.state === 'pending') await changes.onMeterChange(shown(newest));
  };
}

/** Absent fields stay absent instead of becoming undefined. */
function definitionOf({
  valuePath,
  levels,
  effectiveFrom: _,
  amend: __,
  ...rest
}: z.output<typeof meterDefinitionSchema>): MeterDefinition {
  return {
    ...rest,
    ...(valuePath === undefined ? {} : { valuePath }),
    ...(levels === undefined ? {} : { levels }),
  };
}

function noSuchMeter(key: string): Problem {
  return new Problem(404, `There is no meter "${key}"; GET /api/v1/meters lists them.`);
}

function shown({ state: _, rulings: __, ...meter }: MeterVersion): Omit<MeterVersion, 'state' | 'rulings'> {
  return meter;
}
