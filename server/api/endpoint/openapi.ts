import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

/** Problem details, as every answer that is not a success is. */
const problemSchema = z
  .object({
    type: z.string().meta({ description: 'A URI for the kind of problem; `about:blank` says no more than `status`.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong and what to do.' }),
    instance: z.string().meta({ description: 'The path that was asked.' }),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .meta({ description: 'JSON pointer into the body (`#/name`), or `?parameter`, or `/part` of the path.' }),
          detail: z.string(),
        }),
      )
      .optional(),
    moreErrors: z.int().optional().meta({ description: 'How many more there are than `errors` names.' }),
  })
  .meta({ id: 'Problem' });

const PROBLEMS: Record<number, string> = {
  400: 'The input is not as it must be; `errors` says where.',
  401: 'No credentials, or an API key that is unknown or revoked.',
  403: 'The credentials do not have the role this takes.',
  404: 'There is no such thing that the caller may see.',
  409: 'It contradicts what is stored, `errors` says where; or a request with this `Idempotency-Key` is being worked on.',
  413: 'The body is too large.',
  415: 'The body is of a type this does not take.',
  422: 'The `Idempotency-Key` was used for another request.',
  429: 'Too many requests; `Retry-After` says when to go on.',
  503: 'A store does not answer; `Retry-After` says when to try again.',
};

/** The responses of these statuses, all with problem details. */
export function problemResponses(statuses: readonly number[]): Record<string, ResponseConfig> {
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: PROBLEMS[status] ?? 'A problem.',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

/** An empty registry with the two ways to authenticate. */
export function createRegistry(): OpenAPIRegistry {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key with the role `ingest`, `read` or `operator`.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'plainbill_session',
    description:
      'The cookie of a signed-in browser (`__Host-plainbill_session` on https); writes need the `Origin` of the site.',
  });
  return registry;
}

/** The OpenAPI 3.1 document of everything registered so far. */
export function openApiDocument(registry: OpenAPIRegistry, publicUrl: string) {
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Plainbill',
      version: '1',
      description:
        'Usage and billing in which every amount can be opened. Decimals are strings, timestamps RFC 3339 UTC, periods half-open.',
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }, { session: [] }],
  });
}
