import { z } from 'zod';
import {
  createExplanationLink,
  type ExplanationLink,
  listExplanationLinks,
  listLinkOpens,
  revokeExplanationLink,
} from '../../database/support/explanation-links.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { LINK_LONGEST_HOURS, LINK_NOTE_LONGEST, LINK_TERM } from '../../domain/policy.ts';
import type { Freeze } from '../../explanation/explanation.types.ts';
import { existingAccount } from '../accounts/accounts.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import {
  callerIdSchema,
  pageOf,
  pageQuerySchema,
  pageSchema,
  sequenceBefore,
  textSchema,
  timestampSchema,
} from '../endpoint/schemas.ts';
import { speakerOfPrincipal } from '../endpoint/speaker.ts';
import { frozenAsked, shownSubject, shownSubjectFields, subjectFields, subjectIdOf } from './frozen-asked.ts';

const HOUR_MS = 3_600_000;

const linkSchema = z
  .object({
    id: z.string(),
    ...shownSubjectFields,
    description: z.string().meta({ description: 'What the charge, or the difference, is called.' }),
    contentSha256: z.string(),
    meteredThrough: timestampSchema,
    hidePayloads: z.boolean(),
    hideNames: z.boolean(),
    note: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema,
    revokedAt: timestampSchema.nullable(),
    opens: z.number().int(),
  })
  .meta({ id: 'ExplanationLink' });

const newLinkSchema = linkSchema
  .extend({
    url: z.string().nullable().meta({
      description:
        'Shown here and never again. `null` when an Idempotency-Key is repeated: it is not kept, make another link.',
    }),
  })
  .meta({ id: 'NewExplanationLink' });

const openSchema = z
  .object({
    id: z.string(),
    at: timestampSchema.meta({ description: 'The first time in its minute.' }),
    count: z.int().meta({ description: 'How often in that minute, from that network, of that part.' }),
    network: z
      .string()
      .nullable()
      .meta({ description: 'Where from: the /24 or, of IPv6, the /48; never the address.' }),
    signedIn: z.boolean(),
    part: z.string().meta({ description: '`page`, or which part of it.' }),
  })
  .meta({ id: 'ExplanationLinkOpen' });

const expiresInSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[hd]$/, 'Must be hours or days, for example "12h" or "30d".')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1))
  .refine((hours) => hours <= LINK_LONGEST_HOURS, 'Must be at most a year: "365d".')
  .transform((hours) => hours * HOUR_MS)
  .default(LINK_TERM.hours * HOUR_MS)
  .meta({ type: 'string', examples: [LINK_TERM.name], default: LINK_TERM.name, description: 'From `1h` to `365d`.' });

const accountParams = z.object({ accountId: callerIdSchema });
const linkParams = accountParams.extend({ linkId: callerIdSchema });

/** What makes a link: the explanation frozen, its openings, and the address it leads to. */
export interface ExplanationLinkDeps {
  freeze: Freeze;
  /** What was opened and is not yet written is written before it is shown. */
  flushOpenings: () => Promise<void>;
  publicUrl: string;
}

/** Links to frozen explanations: made and revoked by people who may see the account, listed with who opened them. */
export function addExplanationLinkEndpoints(api: Api, deps: ExplanationLinkDeps): void {
  addLinkMaking(api, deps);
  addLinkList(api, deps);
  addLinkRevoking(api);
  addLinkOpens(api, deps);
}

function addLinkMaking(api: Api, deps: ExplanationLinkDeps): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/explanation-links',
      tag: 'Explanations',
      summary: 'Share the explanation of a charge, or a difference with its drivers, as it is now',
      description:
        'Whoever has the address sees this one explanation without signing in, until the link ends. What is shared is a charge (`chargeId`) or a difference (`change`).',
      role: 'member',
      params: accountParams,
      body: z.strictObject({
        ...subjectFields,
        expiresIn: expiresInSchema,
        note: textSchema(LINK_NOTE_LONGEST)
          .nullish()
          .meta({ description: 'For those who see the account; a reader is not shown it.' }),
        hidePayloads: z.boolean().default(false).meta({ description: 'Leave out the `data` of events.' }),
        hideNames: z.boolean().default(false).meta({ description: 'Leave out what apps and resources are called.' }),
      }),
      answers: { 201: { description: 'The link with its address, which is shown only here.', schema: newLinkSchema } },
      prepare: async ({ params: { accountId }, body, queries }) => {
        await existingAccount(queries, accountId);
        const { hidePayloads, hideNames } = body;
        const id = subjectIdOf(body);
        return { id, frozen: await frozenAsked(deps.freeze, accountId, id, { hidePayloads, hideNames }) };
      },
    },
    async ({ params: { accountId }, body, principal, queries, prepared: { id: chargeId, frozen } }) => {
      const { expiresIn, note = null, hidePayloads, hideNames } = body;
      const now = api.now();
      const by = speakerOfPrincipal(principal);
      const { token, link } = await createExplanationLink(
        queries,
        accountId,
        {
          chargeId,
          frozen,
          redaction: { hidePayloads, hideNames },
          note,
          createdBy: by.principal,
          createdByName: by.name,
          expiresAt: new Date(now.getTime() + expiresIn),
        },
        now,
      );
      const shown = shownLink(link);
      const url = `${deps.publicUrl}/s/${token}`;
      return { status: 201, body: { ...shown, url }, remember: { ...shown, url: null } };
    },
  );
}

function addLinkList(api: Api, deps: ExplanationLinkDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/explanation-links',
      tag: 'Explanations',
      summary: 'Explanation links of an account, newest first, without their addresses',
      role: 'read',
      params: accountParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(linkSchema) } },
    },
    async ({ params: { accountId }, query, queries }) => {
      await existingAccount(queries, accountId);
      await deps.flushOpenings();
      const page = { before: query.cursor ?? null, limit: query.limit + 1 };
      const rows = await listExplanationLinks(queries, accountId, page);
      return { status: 200, body: pageOf(rows, query.limit, (row) => row.id, shownLink) };
    },
  );
}

function addLinkRevoking(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'delete',
      path: '/v1/accounts/{accountId}/explanation-links/{linkId}',
      tag: 'Explanations',
      summary: 'Revoke an explanation link, at once',
      role: 'member',
      params: linkParams,
      answers: { 204: { description: 'Revoked.' } },
    },
    async ({ params: { accountId, linkId }, queries }) => {
      if (await revokeExplanationLink(queries, accountId, linkId, api.now())) return { status: 204 };
      throw new Problem(404, `Account ${accountId} has no explanation link "${linkId}" that is not revoked.`);
    },
  );
}

function addLinkOpens(api: Api, deps: ExplanationLinkDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/explanation-links/{linkId}/opens',
      tag: 'Explanations',
      summary: 'When, how often, from which network and whether signed in a link was opened, newest first',
      role: 'read',
      params: linkParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(openSchema) } },
    },
    async ({ params: { accountId, linkId }, query, queries }) => {
      await deps.flushOpenings();
      const page = { before: sequenceBefore(query.cursor), limit: query.limit + 1 };
      const rows = await listLinkOpens(queries, accountId, linkId, page);
      if (rows === null) throw new Problem(404, `Account ${accountId} has no explanation link "${linkId}".`);
      const shown = pageOf(
        rows,
        query.limit,
        ({ id }) => String(id),
        ({ id, openedAt, ...open }) => ({ id: String(id), at: openedAt.toISOString(), ...open }),
      );
      return { status: 200, body: shown };
    },
  );
}

function shownLink(link: ExplanationLink): z.output<typeof linkSchema> {
  const { createdByName, meteredThroughMicros, chargeId, ...shown } = link;
  return {
    ...shown,
    ...shownSubject(chargeId),
    meteredThrough: toRfc3339(meteredThroughMicros),
    createdBy: createdByName,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    revokedAt: link.revokedAt?.toISOString() ?? null,
  };
}
