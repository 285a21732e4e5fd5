import { z } from 'zod';
import { type Account, getAccount, listAccounts, putAccount, putApp, putTeam } from '../database/accounts.ts';
import type { Queries } from '../database/connect.ts';
import { violatedConstraint } from '../database/errors.ts';
import { requireCurrencyFree } from './account-currency.ts';
import { currencySchema } from './currency.ts';
import { percentSchema } from './decimal-schema.ts';
import { type Api, addEndpoint } from './endpoint.ts';
import { noSuchAccount, visibleAccounts } from './principal.ts';
import { Problem } from './problem.ts';
import { callerIdSchema, nameSchema, pageOf, pageQuerySchema, pageSchema } from './schemas.ts';
import { timeZoneSchema } from './time-zone.ts';

const writtenAccountSchema = z
  .strictObject({
    name: nameSchema(200),
    kind: z.enum(['personal', 'team', 'enterprise']),
    currency: currencySchema,
    timeZone: timeZoneSchema.default('UTC').meta({ description: 'Billing periods begin and end in this zone.' }),
    anchorDay: z.int().min(1).max(31).default(1).meta({ description: 'Day billing periods begin; 31 means the last.' }),
    taxPercent: percentSchema.default('0'),
  })
  .meta({ id: 'AccountInput' });

const accountSchema = z
  .object({
    id: callerIdSchema,
    name: z.string(),
    kind: z.enum(['personal', 'team', 'enterprise']),
    currency: z.string(),
    timeZone: z.string(),
    anchorDay: z.int(),
    taxPercent: z.string(),
  })
  .meta({ id: 'Account' });

const teamSchema = z.object({ accountId: callerIdSchema, id: callerIdSchema, name: z.string() }).meta({ id: 'Team' });
const appSchema = z
  .object({ accountId: callerIdSchema, id: callerIdSchema, name: z.string(), teamId: callerIdSchema.nullable() })
  .meta({ id: 'App' });

const accountParams = z.object({ accountId: callerIdSchema });

/** Accounts, and the teams and apps in them. */
export function addAccountEndpoints(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts',
      tag: 'Accounts',
      summary: 'The accounts the caller may see, by id',
      role: 'read',
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(accountSchema) } },
    },
    async ({ query, principal, queries }) => {
      const visible = visibleAccounts(principal);
      const rows = await listAccounts(queries, {
        after: query.cursor ?? null,
        limit: query.limit + 1,
        ...(visible === null ? {} : { ids: visible }),
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

  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}',
      tag: 'Accounts',
      summary: 'An account',
      role: 'read',
      params: accountParams,
      answers: { 200: { description: 'The account.', schema: accountSchema } },
    },
    async ({ params, queries }) => ({ status: 200, body: await existingAccount(queries, params.accountId) }),
  );

  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}',
      tag: 'Accounts',
      summary: 'Create an account, or replace all of it',
      role: 'operator',
      params: accountParams,
      body: writtenAccountSchema,
      answers: {
        200: { description: 'Replaced.', schema: accountSchema },
        201: { description: 'Created.', schema: accountSchema },
      },
    },
    async ({ params, body, queries }) => {
      const before = await getAccount(queries, params.accountId);
      if (before) await requireCurrencyFree(queries, before, body.currency, api.now());
      const { account, created } = await putAccount(queries, { id: params.accountId, ...body }, api.now());
      return { status: created ? 201 : 200, body: account };
    },
  );

  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}/teams/{teamId}',
      tag: 'Accounts',
      summary: 'Create a team of an account, or rename it',
      role: 'operator',
      params: z.object({ accountId: callerIdSchema, teamId: callerIdSchema }),
      body: z.strictObject({ name: nameSchema(200) }),
      answers: {
        200: { description: 'Replaced.', schema: teamSchema },
        201: { description: 'Created.', schema: teamSchema },
      },
    },
    async ({ params, body, queries }) => {
      await existingAccount(queries, params.accountId);
      const written = { accountId: params.accountId, id: params.teamId, name: body.name };
      const { team, created } = await putTeam(queries, written, api.now());
      return { status: created ? 201 : 200, body: team };
    },
  );

  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}/apps/{appId}',
      tag: 'Accounts',
      summary: 'Create an app of an account, or replace it',
      description: 'Without `teamId` the app belongs to no team.',
      role: 'operator',
      params: z.object({ accountId: callerIdSchema, appId: callerIdSchema }),
      body: z.strictObject({ name: nameSchema(200), teamId: callerIdSchema.nullish() }),
      answers: {
        200: { description: 'Replaced.', schema: appSchema },
        201: { description: 'Created.', schema: appSchema },
      },
    },
    async ({ params, body, queries }) => {
      await existingAccount(queries, params.accountId);
      const written = { accountId: params.accountId, id: params.appId, name: body.name, teamId: body.teamId ?? null };
      try {
        const { app, created } = await putApp(queries, written, api.now());
        return { status: created ? 201 : 200, body: app };
      } catch (error) {
        if (violatedConstraint(error) !== 'apps_team') throw error;
        const detail = `Account ${params.accountId} has no team "${written.teamId}"; create it first.`;
        throw new Problem(400, detail, { errors: [{ pointer: '#/teamId', detail }] });
      }
    },
  );
}

/** The account. @throws Problem 404 in the words that are used for another's account, too. */
export async function existingAccount(queries: Queries, accountId: string): Promise<Account> {
  const account = await getAccount(queries, accountId);
  if (!account) throw noSuchAccount(accountId);
  return account;
}
