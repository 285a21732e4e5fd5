import { z } from 'zod';
import { listTeams } from '../database/accounts.ts';
import { deleteAllocation, listAllocations, putAllocation } from '../database/license-allocations.ts';
import { positiveDecimalSchema } from './decimal-schema.ts';
import { type Api, addEndpoint } from './endpoint.ts';
import { refused } from './input.ts';
import { existingLicense } from './licenses.ts';
import { Problem } from './problem.ts';
import { callerIdSchema, pageOf, pageQuerySchema, pageSchema } from './schemas.ts';

const PATH = '/v1/accounts/{accountId}/licenses/{licenseId}/allocations';

const licenseParams = z.object({ accountId: callerIdSchema, licenseId: callerIdSchema });
const teamParams = licenseParams.extend({ teamId: callerIdSchema });

const allocationSchema = z
  .object({ teamId: callerIdSchema, quantity: z.string() })
  .meta({ id: 'LicenseAllocation', description: 'In the unit of the license.' });

/** The parts of a license teams may use; together never more than the license. */
export function addLicenseAllocationEndpoints(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: `${PATH}/{teamId}`,
      tag: 'Licenses',
      summary: 'Give a team its part of a license, in place of what it had',
      role: 'operator',
      params: teamParams,
      body: z.strictObject({ quantity: positiveDecimalSchema }),
      answers: {
        200: { description: 'Replaced.', schema: allocationSchema },
        201: { description: 'The team’s first.', schema: allocationSchema },
      },
    },
    async ({ params: { accountId, licenseId, teamId }, body, queries }) => {
      const license = await existingLicense(queries, accountId, licenseId);
      const teams = await listTeams(queries, accountId);
      if (!teams.some(({ id }) => id === teamId)) {
        throw new Problem(404, `Account ${accountId} has no team "${teamId}"; create it first.`);
      }
      const allocation = { teamId, quantity: body.quantity };
      const outcome = await putAllocation(queries, accountId, license, allocation, api.now());
      if ('refused' in outcome) {
        const left = `${outcome.left} of ${license.quantity} ${license.unit}`;
        throw refused(409, '#/quantity', `The other teams leave ${left}, which is less than ${body.quantity}.`);
      }
      return { status: outcome.created ? 201 : 200, body: outcome.allocation };
    },
  );

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
      await existingLicense(queries, accountId, licenseId);
      const page = { after: query.cursor ?? null, limit: query.limit + 1 };
      const rows = await listAllocations(queries, accountId, licenseId, page);
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
    async ({ params: { accountId, licenseId, teamId }, queries }) => {
      await existingLicense(queries, accountId, licenseId);
      if (await deleteAllocation(queries, accountId, licenseId, teamId)) return { status: 204 };
      throw new Problem(404, `Team "${teamId}" has no part of license ${licenseId}.`);
    },
  );
}
