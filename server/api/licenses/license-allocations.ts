import { z } from 'zod';
import { listTeams } from '../../database/accounts/accounts.ts';
import {
  type AllocationWriting,
  allocationHistory,
  deleteAllocation,
  listAllocations,
  putAllocation,
} from '../../database/prices/license-allocations.ts';
import { allocatableLicense } from '../../database/prices/licenses.ts';
import { existingAccount } from '../accounts/accounts.ts';
import { changeFields, requestedChange, shownWriting, writingSchema } from '../accounts/change-in-time.ts';
import { positiveDecimalSchema } from '../endpoint/decimal-schema.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { nameOf } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, pageOf, pageQuerySchema, pageSchema, timestampSchema } from '../endpoint/schemas.ts';
import { existingLicense } from './licenses.ts';

const PATH = '/v1/accounts/{accountId}/licenses/{licenseId}/allocations';

const licenseParams = z.object({ accountId: callerIdSchema, licenseId: callerIdSchema });
const teamParams = licenseParams.extend({ teamId: callerIdSchema });

const allocationSchema = z
  .object({ teamId: callerIdSchema, quantity: z.string() })
  .meta({ id: 'LicenseAllocation', description: 'In the unit of the license.' });

const writtenSchema = allocationSchema
  .extend({ effectiveFrom: timestampSchema })
  .meta({ id: 'WrittenLicenseAllocation', description: 'In the unit of the license.' });

const historySchema = z
  .object({ data: z.array(writingSchema.extend({ teamId: callerIdSchema })) })
  .meta({ id: 'LicenseAllocationHistory' });

/** The parts of a license teams may use; together never more than the license. */
export function addLicenseAllocationEndpoints(api: Api): void {
  addAllocationWriting(api);
  addAllocationList(api);
  addAllocationHistory(api);
  addAllocationTakingBack(api);
}

function addAllocationWriting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: `${PATH}/{teamId}`,
      tag: 'Licenses',
      summary: 'Give a team its part of a license, in place of what it had',
      role: 'operator',
      params: teamParams,
      description: 'Holds from `effectiveFrom` on, by default now. It changes no amount.',
      body: z.strictObject({ quantity: positiveDecimalSchema, ...changeFields }),
      answers: {
        200: { description: 'Replaced.', schema: writtenSchema },
        201: { description: 'The team had none.', schema: writtenSchema },
      },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId, licenseId, teamId }, body, principal, queries, prepared: firstUse }) => {
      const account = await existingAccount(queries, accountId);
      const now = api.now();
      const license = await allocatableLicense(queries, accountId, licenseId, body.effectiveFrom ?? now);
      if (license === null) throw new Problem(404, `Account ${accountId} has no license "${licenseId}".`);
      const teams = await listTeams(queries, accountId);
      if (!teams.some(({ id }) => id === teamId)) {
        throw new Problem(404, `Account ${accountId} has no team "${teamId}"; create it first.`);
      }
      const allocation = { teamId, quantity: body.quantity };
      const { effectiveFrom, amend } = body;
      const change = await requestedChange(queries, account, { effectiveFrom, amend }, { principal, now, firstUse });
      const outcome = await putAllocation(queries, accountId, license, allocation, now, change);
      if ('refused' in outcome) {
        const left = `${outcome.left} of ${license.quantity} ${license.unit}`;
        throw refused(409, '#/quantity', `The other teams leave ${left}, which is less than ${body.quantity}.`);
      }
      const from = outcome.effectiveFrom.toISOString();
      return { status: outcome.created ? 201 : 200, body: { ...outcome.allocation, effectiveFrom: from } };
    },
  );
}

function addAllocationList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: PATH,
      tag: 'Licenses',
      summary: 'The parts of a license, by team',
      role: 'read',
      params: licenseParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(allocationSchema) } },
    },
    async ({ params: { accountId, licenseId }, query, queries }) => {
      await existingLicense(queries, accountId, licenseId, api.now());
      const page = { after: query.cursor ?? null, limit: query.limit + 1 };
      const rows = await listAllocations(queries, accountId, licenseId, api.now(), page);
      return {
        status: 200,
        body: pageOf(
          rows,
          query.limit,
          (row) => row.teamId,
          (row) => row,
        ),
      };
    },
  );
}

function addAllocationHistory(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${PATH}/history`,
      tag: 'Licenses',
      summary: 'Who gave which team how much of a license, when, and effective when',
      role: 'read',
      params: licenseParams,
      answers: {
        200: { description: 'In the order in which it was written; `null`: taken back.', schema: historySchema },
      },
    },
    async ({ params: { accountId, licenseId }, queries }) => {
      await existingLicense(queries, accountId, licenseId, api.now());
      const history = await allocationHistory(queries, accountId, licenseId);
      return { status: 200, body: { data: history.map(shownAllocation) } };
    },
  );
}

function addAllocationTakingBack(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'delete',
      path: `${PATH}/{teamId}`,
      tag: 'Licenses',
      summary: 'Take a team’s part of a license back',
      role: 'operator',
      params: teamParams,
      answers: { 204: { description: 'Taken back.' } },
    },
    async ({ params: { accountId, licenseId, teamId }, principal, queries }) => {
      await existingLicense(queries, accountId, licenseId, api.now());
      const by = nameOf(principal);
      if (await deleteAllocation(queries, accountId, licenseId, teamId, api.now(), by)) return { status: 204 };
      throw new Problem(404, `Team "${teamId}" has no part of license ${licenseId}.`);
    },
  );
}

function shownAllocation({ teamId, quantity, version: _, ...written }: AllocationWriting) {
  return { teamId, ...shownWriting({ ...written, value: { quantity } }) };
}
