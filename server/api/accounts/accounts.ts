import { z } from 'zod';
import {
  type Account,
  type AccountWritten,
  getAccount,
  getApp,
  listAccounts,
  putAccount,
  putApp,
  putTeam,
} from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { violatedConstraint } from '../../database/errors.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { nameOf, noSuchAccount, type Principal, visibleAccounts } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import {
  callerIdSchema,
  nameSchema,
  pageOf,
  pageQuerySchema,
  pageSchema,
  timestampSchema,
} from '../endpoint/schemas.ts';
import { requireCurrencyFree } from './account-currency.ts';
import { accountChangeSchema, accountInputSchema, wholeAccount } from './account-schema.ts';
import { requestedChange } from './change-in-time.ts';

const accountSchema = z
  .object({
    id: callerIdSchema,
    name: z.string(),
    kind: z.enum(['personal', 'team', 'enterprise']),
    currency: z.string(),
    timeZone: z.string(),
    anchorDay: z.int(),
    taxPercent: z.string(),
    endedAt: timestampSchema.optional().meta({ description: 'Where its last billing period ends, if it has ended.' }),
    effectiveFrom: timestampSchema
      .optional()
      .meta({ description: 'Of a write: from when tax and currency hold as they are told here.' }),
    periodsFrom: timestampSchema
      .optional()
      .meta({ description: 'Of a write that changed zone or anchor day: the first period they make begins then.' }),
  })
  .meta({ id: 'Account' });

const teamSchema = z.object({ accountId: callerIdSchema, id: callerIdSchema, name: z.string() }).meta({ id: 'Team' });
const appSchema = z
  .object({ accountId: callerIdSchema, id: callerIdSchema, name: z.string(), teamId: callerIdSchema.nullable() })
  .meta({ id: 'App' });

const accountParams = z.object({ accountId: callerIdSchema });

/** Accounts, and the teams and apps in them. */
export function addAccountEndpoints(api: Api): void {
  addAccountList(api);
  addAccountReading(api);
  addAccountWriting(api);
  addAccountChanging(api);
  addTeamWriting(api);
  addAppWriting(api);
}

function addAccountList(api: Api): void {
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
        body: pageOf(rows, query.limit, (row) => row.id, shownAccount),
      };
    },
  );
}

function addAccountReading(api: Api): void {
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
    async ({ params, queries }) => ({
      status: 200,
      body: shownAccount(await existingAccount(queries, params.accountId)),
    }),
  );
}

function addAccountWriting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}',
      tag: 'Accounts',
      summary: 'Create an account, or replace all of it',
      description: 'Of an account that exists every field must be there, so that none is reset by being left out.',
      role: 'operator',
      params: accountParams,
      body: accountInputSchema,
      answers: {
        200: { description: 'Replaced.', schema: accountSchema },
        201: { description: 'Created.', schema: accountSchema },
      },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId }, body, principal, queries, prepared: firstUse }) => {
      const before = await getAccount(queries, accountId);
      const { effectiveFrom, amend, ...fields } = body;
      const written = { id: accountId, ...wholeAccount(fields, before) };
      if (before) await requireCurrencyFree(queries, before, written.currency, api.now());
      const scope = { principal, now: api.now(), firstUse };
      const change = before ? await requestedChange(queries, before, { effectiveFrom, amend }, scope) : by(principal);
      const outcome = await putAccount(queries, written, api.now(), change);
      return { status: outcome.created ? 201 : 200, body: writtenAccount(outcome, effectiveFrom ?? api.now()) };
    },
  );
}

function addAccountChanging(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'patch',
      path: '/v1/accounts/{accountId}',
      tag: 'Accounts',
      summary: 'Change some of an account',
      description: 'What is left out stays as it is.',
      role: 'operator',
      params: accountParams,
      body: accountChangeSchema,
      answers: { 200: { description: 'Changed.', schema: accountSchema } },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId }, body, principal, queries, prepared: firstUse }) => {
      const before = await existingAccount(queries, accountId);
      const { endedAt: _, createdAt: __, ...settings } = before;
      const { effectiveFrom, amend, ...fields } = body;
      const written = { ...settings, ...fields };
      await requireCurrencyFree(queries, before, written.currency, api.now());
      const scope = { principal, now: api.now(), firstUse };
      const change = await requestedChange(queries, before, { effectiveFrom, amend }, scope);
      const outcome = await putAccount(queries, written, api.now(), change);
      return { status: 200, body: writtenAccount(outcome, effectiveFrom ?? api.now()) };
    },
  );
}

function addTeamWriting(api: Api): void {
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
}

function addAppWriting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'put',
      path: '/v1/accounts/{accountId}/apps/{appId}',
      tag: 'Accounts',
      summary: 'Create an app of an account, or replace it',
      description: 'Without `teamId` the app stays in the team it is in, if any; `null` takes it out.',
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
      const { accountId, appId: id } = params;
      const teamId = body.teamId === undefined ? ((await getApp(queries, accountId, id))?.teamId ?? null) : body.teamId;
      const written = { accountId, id, name: body.name, teamId };
      try {
        const { app, created } = await putApp(queries, written, api.now());
        return { status: created ? 201 : 200, body: app };
      } catch (error) {
        if (violatedConstraint(error) !== 'apps_team') throw error;
        const detail = `Account ${accountId} has no team "${written.teamId}"; create it first.`;
        throw new Problem(400, detail, { errors: [{ pointer: '#/teamId', detail }] });
      }
    },
  );
}

function shownAccount({ endedAt, createdAt: _, ...account }: Account) {
  return { ...account, ...(endedAt ? { endedAt: endedAt.toISOString() } : {}) };
}

function writtenAccount({ account, created, periodRuleFrom }: AccountWritten, effectiveFrom: Date) {
  return {
    ...shownAccount(account),
    ...(created ? {} : { effectiveFrom: effectiveFrom.toISOString() }),
    ...(periodRuleFrom === null ? {} : { periodsFrom: periodRuleFrom.toISOString() }),
  };
}

const by = (principal: Principal) => ({ changedBy: nameOf(principal) });

/** The account. @throws Problem 404 in the words that are used for another's account, too. */
export async function existingAccount(queries: Queries, accountId: string): Promise<Account> {
  const account = await getAccount(queries, accountId);
  if (!account) throw noSuchAccount(accountId);
  return account;
}
