import { z } from 'zod';
import { listMeters, type MeterVersion, meterForKey, newestMeter, putMeter } from '../database/meters.ts';
import type { Meter, MeterDefinition } from '../metering/meter.ts';
import { type Api, addEndpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { callerIdSchema, nameSchema, pageOf, pageQuerySchema, pageSchema, timestampSchema } from './schemas.ts';

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
  aggregation: z.enum(['count', 'sum', 'max', 'unique', 'latest', 'time_weighted']),
  valuePath: pathSchema.optional().meta({ description: 'Where in `data` the value stands; absent for `count` only.' }),
  levels: z.enum(['slots', 'amount']).optional().meta({ description: 'For `time_weighted` only, and needed there.' }),
  dimensions: dimensionsSchema,
  unit: nameSchema(40),
};

/** What an operator says a meter is, checked field by field and as a whole. */
const meterDefinitionSchema = z
  .strictObject(fields)
  .superRefine(({ aggregation, valuePath, levels }, context) => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] });
    if (aggregation === 'count' && valuePath !== undefined) fault('valuePath', 'A count reads no value; leave it out.');
    if (aggregation !== 'count' && valuePath === undefined) fault('valuePath', `Must be there for ${aggregation}.`);
    if (aggregation !== 'time_weighted' && levels !== undefined)
      fault('levels', 'Only time_weighted has levels; leave it out.');
    if (aggregation === 'time_weighted' && levels === undefined)
      fault('levels', 'Must be "slots" or "amount" for time_weighted.');
  })
  .meta({ id: 'MeterDefinition' });

const meterSchema = z
  .object({ key: callerIdSchema, version: z.int(), ...fields, createdAt: timestampSchema })
  .meta({ id: 'Meter' });

const meterParams = z.object({ key: callerIdSchema });

/** Meters. `onMeterChange` rolls a new version from raw and makes it current; the write is answered when it has. */
export function addMeterEndpoints(api: Api, onMeterChange: (meter: Meter) => Promise<void>): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/meters/{key}',
      tag: 'Meters',
      summary: 'Define a meter',
      description:
        'A change makes a new version, which is computed from all events received so far and then takes the place of the old one. Repeating a definition changes nothing.',
      role: 'operator',
      params: meterParams,
      body: meterDefinitionSchema,
      answers: {
        200: { description: 'The meter is defined so already.', schema: meterSchema },
        201: { description: 'A new version.', schema: meterSchema },
      },
    },
    async ({ params, body, queries }) => {
      const { meter, created } = await putMeter(queries, params.key, definitionOf(body), api.now());
      return { status: created ? 201 : 200, body: shown(meter) };
    },
    async ({ key }) => {
      // Also when the definition stood already: an earlier request may have ended before its version was rolled.
      const newest = await newestMeter(api.database.queries, key);
      if (newest?.state === 'pending') await onMeterChange(shown(newest));
    },
  );

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
      const rows = await listMeters(queries, { after: query.cursor ?? null, limit: query.limit + 1 });
      return { status: 200, body: pageOf(rows, query.limit, (row) => row.key, shown) };
    },
  );

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
      const meter = await meterForKey(queries, params.key);
      if (!meter) throw new Problem(404, `There is no meter "${params.key}"; GET /api/v1/meters lists them.`);
      return { status: 200, body: shown(meter) };
    },
  );
}

/** Absent fields stay absent instead of becoming undefined. */
function definitionOf({ valuePath, levels, ...rest }: z.output<typeof meterDefinitionSchema>): MeterDefinition {
  return {
    ...rest,
    ...(valuePath === undefined ? {} : { valuePath }),
    ...(levels === undefined ? {} : { levels }),
  };
}

function shown({ state: _, ...meter }: MeterVersion): Meter {
  return meter;
}
