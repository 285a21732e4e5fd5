import { z } from 'zod';
import { type ApiKey, createApiKey, listApiKeys, revokeApiKey } from '../../database/people/api-keys.ts';
import type { ApiKeyCache } from '../endpoint/api-key-cache.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import {
  callerIdSchema,
  nameSchema,
  pageOf,
  pageQuerySchema,
  pageSchema,
  timestampSchema,
} from '../endpoint/schemas.ts';
import { existingAccount } from './accounts.ts';

const keyIdSchema = z.string().regex(/^key_[a-z0-9]{1,60}$/, 'Must be the id of an API key: key_….');

const keySchema = z
  .object({
    id: keyIdSchema,
    accountId: callerIdSchema.nullable().meta({ description: '`null`: serves all accounts.' }),
    role: z.enum(['ingest', 'read', 'operator']),
    label: z.string(),
    createdAt: timestampSchema,
    lastUsedAt: timestampSchema.nullable().meta({ description: 'Noted every ten seconds.' }),
  })
  .meta({ id: 'ApiKey' });

const newKeySchema = keySchema
  .extend({
    secret: z.string().nullable().meta({
      description:
        'Shown here and never again. `null` when an Idempotency-Key is repeated: it is not kept, make another key.',
    }),
  })
  .meta({ id: 'NewApiKey' });

/** Where keys are: an account's own, and those that serve all accounts. */
const ACCOUNT_KEYS = {
  path: '/v1/accounts/{accountId}/keys',
  params: z.object({ accountId: callerIdSchema }),
  body: z.strictObject({ role: z.enum(['ingest', 'read']), label: nameSchema(100) }),
  of: 'of an account',
};
const GLOBAL_KEYS = {
  path: '/v1/keys',
  params: z.object({}),
  body: z.strictObject({ role: z.enum(['ingest', 'read', 'operator']), label: nameSchema(100) }),
  of: 'that serve all accounts',
};

/** API keys: made, listed without their secrets, and revoked, by operators. */
export function addKeyEndpoints(api: Api, keys: ApiKeyCache): void {
  for (const where of [ACCOUNT_KEYS, GLOBAL_KEYS]) {
    addEndpoint(
      api,
      {
        method: 'post',
        path: where.path,
        tag: 'API keys',
        summary: `Make an API key, one of those ${where.of}`,
        role: 'operator',
        params: where.params,
        body: where.body,
        answers: { 201: { description: 'The key with its secret, which is shown only here.', schema: newKeySchema } },
      },
      async ({ params, body, queries }) => {
        const accountId = accountIdOf(params);
        if (accountId !== null) await existingAccount(queries, accountId);
        const { key, secret } = await createApiKey(queries, { accountId, ...body }, api.now());
        return { status: 201, body: { ...shown(key), secret }, remember: { ...shown(key), secret: null } };
      },
    );

    addEndpoint(
      api,
      {
        method: 'get',
        path: where.path,
        tag: 'API keys',
        summary: `API keys ${where.of}, newest first, without secrets`,
        role: 'operator',
        params: where.params,
        query: pageQuerySchema,
        answers: { 200: { description: 'One page.', schema: pageSchema(keySchema) } },
      },
      async ({ params, query, queries }) => {
        const accountId = accountIdOf(params);
        if (accountId !== null) await existingAccount(queries, accountId);
        const after = query.cursor ?? null;
        const rows = await listApiKeys(queries, { accountId, after, limit: query.limit + 1 });
        return { status: 200, body: pageOf(rows, query.limit, (row) => row.id, shown) };
      },
    );

    addEndpoint(
      api,
      {
        method: 'delete',
        path: `${where.path}/{keyId}`,
        tag: 'API keys',
        summary: `Revoke an API key, one of those ${where.of}`,
        description: 'This node refuses it at once, others within five seconds.',
        role: 'operator',
        params: where.params.extend({ keyId: keyIdSchema }),
        answers: { 204: { description: 'Revoked.' } },
      },
      async ({ params, queries }) => {
        const { keyId } = params;
        if (await revokeApiKey(queries, { accountId: accountIdOf(params), id: keyId }, api.now()))
          return { status: 204 };
        throw new Problem(404, `There is no API key "${keyId}" in use here.`);
      },
      async ({ keyId }) => keys.forget(keyId),
    );
  }
}

function accountIdOf(params: object): string | null {
  return 'accountId' in params && typeof params.accountId === 'string' ? params.accountId : null;
}

function shown(key: ApiKey): z.output<typeof keySchema> {
  return {
    id: key.id,
    accountId: key.accountId,
    role: key.role,
    label: key.label,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
