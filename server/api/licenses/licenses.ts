import { z } from 'zod';
import type { Queries } from '../../database/database.types.ts';
import {
  getLicense,
  licenseHistory,
  listLicenses,
  putLicense,
  type StoredLicense,
  type WrittenLicense,
} from '../../database/prices/licenses.ts';
import { isCurrencyCode } from '../../domain/currencies.ts';
import { existingAccount } from '../accounts/accounts.ts';
import {
  changeFields,
  requestedChange,
  requireNotEnded,
  shownWriting,
  writingSchema,
} from '../accounts/change-in-time.ts';
import { positiveDecimalSchema } from '../endpoint/decimal-schema.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { Problem } from '../endpoint/problem.ts';
import {
  callerIdSchema,
  nameSchema,
  pageOf,
  pageQuerySchema,
  pageSchema,
  timestampSchema,
} from '../endpoint/schemas.ts';

const MOST_WEIGHTS = 1_000;

const fields = {
  product: nameSchema(100).meta({ description: 'An account has one license of a product at a time.' }),
  quantity: positiveDecimalSchema,
  unit: nameSchema(40).meta({ description: 'What `quantity` counts; an ISO 4217 code: money, which covers amounts.' }),
  measure: z.enum(['unit_months', 'sum', 'max']),
  weights: z
    .record(callerIdSchema, positiveDecimalSchema)
    .refine((weights) => Object.keys(weights).length > 0, 'Must name a price it covers.')
    .refine((weights) => Object.keys(weights).length <= MOST_WEIGHTS, `Must name at most ${MOST_WEIGHTS} prices.`)
    .meta({ description: 'How much one unit of usage under each price takes; prices not named are not covered.' }),
};

const writtenLicenseSchema = z
  .strictObject({ ...fields, from: instantSchema, to: instantSchema, ...changeFields })
  .refine(({ from, to }) => from < to, { message: 'Must be later than from.', path: ['to'] })
  .meta({ id: 'LicenseInput' });

const licenseSchema = z
  .object({ id: callerIdSchema, version: z.int(), ...fields, from: timestampSchema, to: timestampSchema })
  .meta({ id: 'License' });

const writtenSchema = licenseSchema
  .extend({ effectiveFrom: timestampSchema.nullable().meta({ description: '`null`: for its whole term.' }) })
  .meta({ id: 'WrittenLicense' });

const historySchema = z
  .object({ data: z.array(writingSchema.extend({ version: z.int() })) })
  .meta({ id: 'LicenseHistory' });

const licenseParams = z.object({ accountId: callerIdSchema, licenseId: callerIdSchema });

/** Licenses of an account, in versions. */
export function addLicenseEndpoints(api: Api): void {
  addLicenseWriting(api);
  addLicenseList(api);
  addLicenseReading(api);
  addLicenseHistory(api);
}

function addLicenseWriting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}/licenses/{licenseId}',
      tag: 'Licenses',
      summary: 'Write a license',
      description:
        'A new license covers its whole term; a change holds from `effectiveFrom` on, by default now, and what was in force before stays. More or fewer units in the middle of a period make one pool of it, in which each number counts for its time; other weights, measure or unit begin another pool. Repeating a definition changes nothing. Periods that have ended keep what was in force in them.',
      role: 'operator',
      params: licenseParams,
      body: writtenLicenseSchema,
      answers: {
        200: { description: 'Changed, or defined so already.', schema: writtenSchema },
        201: { description: 'A new license.', schema: writtenSchema },
      },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId, licenseId }, body, principal, queries, prepared: firstUse }) => {
      const account = await existingAccount(queries, accountId);
      if (isCurrencyCode(body.unit) && body.unit !== account.currency) {
        const detail = `Account ${accountId} pays in ${account.currency}, so a license of money is in ${account.currency} too.`;
        throw refused(409, '#/unit', detail);
      }
      const { effectiveFrom, amend, ...definition } = body;
      const scope = { principal, now: api.now(), firstUse };
      const isNew = (await licenseHistory(queries, accountId, licenseId)).length === 0;
      if (isNew) await requireNotEnded(queries, account, later(body.from, effectiveFrom), amend !== undefined, scope);
      const asked = { effectiveFrom, amend };
      const change = await requestedChange(queries, account, isNew ? { amend } : asked, scope);
      const written = effectiveFrom === undefined ? change : { ...change, effectiveFrom };
      const outcome = await putLicense(queries, accountId, { id: licenseId, ...definition }, api.now(), written);
      if (!('refused' in outcome)) {
        const from = outcome.effectiveFrom?.toISOString() ?? null;
        return { status: outcome.change === 'created' ? 201 : 200, body: { ...outcome.license, effectiveFrom: from } };
      }
      if (outcome.refused === 'overlaps') {
        const { id, from, to } = outcome.other;
        const detail = `License ${id} of ${body.product} runs from ${from} to ${to}, and an account has one at a time.`;
        throw refused(409, '#/from', detail);
      }
      const detail = `Teams have ${outcome.allocated} ${body.unit} of this license; take some back first.`;
      throw refused(409, '#/quantity', detail);
    },
  );
}

function addLicenseList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/licenses',
      tag: 'Licenses',
      summary: 'The licenses of an account, by id',
      role: 'read',
      params: z.object({ accountId: callerIdSchema }),
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(licenseSchema) } },
    },
    async ({ params: { accountId }, query, queries }) => {
      await existingAccount(queries, accountId);
      const rows = await listLicenses(queries, accountId, api.now(), {
        after: query.cursor ?? null,
        limit: query.limit + 1,
      });
      return {
        status: 200,
        body: pageOf(
          rows,
          query.limit,
          (row) => row.id,
          (row) => row,
        ),
      };
    },
  );
}

function addLicenseReading(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/licenses/{licenseId}',
      tag: 'Licenses',
      summary: 'A license as it stands',
      role: 'read',
      params: licenseParams,
      answers: { 200: { description: 'The license.', schema: licenseSchema } },
    },
    async ({ params, queries }) => ({
      status: 200,
      body: await existingLicense(queries, params.accountId, params.licenseId, api.now()),
    }),
  );
}

function addLicenseHistory(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/licenses/{licenseId}/history',
      tag: 'Licenses',
      summary: 'Who changed a license, when, and effective when',
      role: 'read',
      params: licenseParams,
      answers: { 200: { description: 'In the order in which it was written.', schema: historySchema } },
    },
    async ({ params: { accountId, licenseId }, queries }) => {
      await existingLicense(queries, accountId, licenseId, api.now());
      const history = await licenseHistory(queries, accountId, licenseId);
      return { status: 200, body: { data: history.map(shownVersion) } };
    },
  );
}

function shownVersion({ license: { id: _, version, ...value }, ...written }: WrittenLicense) {
  return { version, ...shownWriting({ ...written, value }) };
}

/** From when a new license covers anything. */
function later(from: Date, effectiveFrom: Date | undefined): Date {
  return effectiveFrom === undefined || effectiveFrom < from ? from : effectiveFrom;
}

/** The license of that account as it stands. @throws Problem 404 */
export async function existingLicense(
  queries: Queries,
  accountId: string,
  licenseId: string,
  now: Date,
): Promise<StoredLicense> {
  await existingAccount(queries, accountId);
  const license = await getLicense(queries, accountId, licenseId, now);
  if (!license) throw new Problem(404, `Account ${accountId} has no license "${licenseId}".`);
  return license;
}
