import { z } from 'zod';
import { accountsOnRateCard } from '../../database/accounts/account-settings.ts';
import { getAccounts } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { meterTimeline } from '../../database/prices/meters.ts';
import {
  addRateCardVersion,
  listRateCards,
  type RateCardRefusal,
  rateCardVersionsOf,
  type WrittenRateCard,
} from '../../database/prices/rate-cards.ts';
import { microsOf } from '../../domain/instant.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { changeFields, requireNotEnded, shownWriting, writingSchema } from '../accounts/change-in-time.ts';
import { currencySchema } from '../endpoint/currency.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { inputProblem, refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { nameOf, type Principal, requireRole } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, pageOf, pageQuerySchema, pageSchema, timestampSchema } from '../endpoint/schemas.ts';
import { faultsOfPrices, movedPrices, type PricedMeter } from './price-rules.ts';
import { priceSchema } from './price-schema.ts';

const MOST_PRICES = 1_000;

const writtenVersionSchema = z
  .strictObject({
    effectiveFrom: instantSchema,
    currency: currencySchema,
    prices: z
      .array(priceSchema)
      .min(1, 'Must have a price.')
      .max(MOST_PRICES, `Must have at most ${MOST_PRICES} prices.`),
    amend: changeFields.amend,
  })
  .meta({ id: 'RateCardVersionInput' });

const versionSchema = z
  .object({
    key: callerIdSchema,
    version: z.int().meta({ description: '1, 2, … in the order they were written.' }),
    effectiveFrom: timestampSchema,
    currency: z.string(),
    prices: z.array(priceSchema),
    createdAt: timestampSchema,
    changedBy: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why ended periods were amended, if they were.' }),
  })
  .meta({ id: 'RateCardVersion' });

const cardSchema = z
  .object({ key: callerIdSchema, currency: z.string(), versions: z.int() })
  .meta({ id: 'RateCardSummary' });

const cardParams = z.object({ key: callerIdSchema });

/** Rate cards: versions that are added and never edited. */
export function addRateCardEndpoints(api: Api): void {
  addVersionWriting(api);
  addRateCardList(api);
  addRateCardReading(api);
  addRateCardHistory(api);
}

function addVersionWriting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/rate-cards/{key}/versions',
      tag: 'Rate cards',
      summary: 'Add a version of a rate card; the first one makes the card',
      description:
        'It holds from `effectiveFrom` until the next version does. Periods of accounts on the card that have ended keep their prices, unless they are amended.',
      role: 'operator',
      params: cardParams,
      body: writtenVersionSchema,
      answers: { 201: { description: 'Added.', schema: versionSchema } },
      prepare: async ({ params, body, queries }) => {
        const isPast = body.effectiveFrom < api.now();
        const ids = isPast ? await accountsOnRateCard(queries, params.key, body.effectiveFrom) : [];
        return firstUsesOf(ids, api.firstUse);
      },
    },
    async ({ params, body, principal, queries, prepared }) => {
      const { amend, ...card } = body;
      const errors = faultsOfPrices(body.prices, await metersOf(queries, body.prices, body.effectiveFrom));
      if (errors.length > 0) throw inputProblem(errors);
      const [moved] = movedPrices(body.prices, await rateCardVersionsOf(queries, params.key));
      if (moved) throw refused(409, moved.pointer, moved.detail);
      await requireNotEndedFor(queries, prepared, card.effectiveFrom, amend !== undefined, api.now());
      const change = { changedBy: nameOf(principal), reason: amend?.reason ?? null };
      const written = await addRateCardVersion(queries, { key: params.key, ...card }, api.now(), change);
      if ('refused' in written) throw whyNot(params.key, body.effectiveFrom, written);
      return { status: 201, body: written };
    },
  );
}

function addRateCardList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/rate-cards',
      tag: 'Rate cards',
      summary: 'The rate cards, by key',
      description: 'For keys that serve all accounts.',
      role: 'read',
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(cardSchema) } },
    },
    async ({ query, principal, queries }) => {
      requireAllAccounts(principal);
      const rows = await listRateCards(queries, { after: query.cursor ?? null, limit: query.limit + 1 });
      return {
        status: 200,
        body: pageOf(
          rows,
          query.limit,
          (row) => row.key,
          (row) => row,
        ),
      };
    },
  );
}

function addRateCardReading(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/rate-cards/{key}',
      tag: 'Rate cards',
      summary: 'A rate card with all its versions, in the order they take effect',
      description: 'For keys that serve all accounts.',
      role: 'read',
      params: cardParams,
      answers: {
        200: {
          description: 'The card.',
          schema: z.object({ key: callerIdSchema, versions: z.array(versionSchema) }).meta({ id: 'RateCard' }),
        },
      },
    },
    async ({ params, principal, queries }) => {
      requireAllAccounts(principal);
      const versions: WrittenRateCard[] = await rateCardVersionsOf(queries, params.key);
      if (versions.length === 0) {
        throw new Problem(404, `There is no rate card "${params.key}"; GET /api/v1/rate-cards lists them.`);
      }
      return { status: 200, body: { key: params.key, versions } };
    },
  );
}

function addRateCardHistory(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/rate-cards/{key}/history',
      tag: 'Rate cards',
      summary: 'Who wrote which version of a rate card, when, and effective when',
      description: 'For keys that serve all accounts.',
      role: 'read',
      params: cardParams,
      answers: {
        200: {
          description: 'In the order in which it was written.',
          schema: z.object({ data: z.array(writingSchema) }),
        },
      },
    },
    async ({ params, principal, queries }) => {
      requireAllAccounts(principal);
      const versions = await rateCardVersionsOf(queries, params.key);
      if (versions.length === 0) {
        throw new Problem(404, `There is no rate card "${params.key}"; GET /api/v1/rate-cards lists them.`);
      }
      const data = versions
        .sort((a, b) => a.version - b.version)
        .map(({ effectiveFrom, createdAt, changedBy, reason, version, currency, prices }) =>
          shownWriting({
            ...{ changedBy, reason, value: { version, currency, prices } },
            effectiveFrom: new Date(effectiveFrom),
            changedAt: new Date(createdAt),
          }),
        );
      return { status: 200, body: { data } };
    },
  );
}

const ACCOUNTS_AT_ONCE = 16;

/** When the usage of each of these accounts begins: what a change of their prices may reach. */
async function firstUsesOf(
  ids: readonly string[],
  firstUse: (id: string) => Promise<number | null>,
): Promise<Map<string, number | null>> {
  const uses = new Map<string, number | null>();
  for (let at = 0; at < ids.length; at += ACCOUNTS_AT_ONCE) {
    const some = ids.slice(at, at + ACCOUNTS_AT_ONCE);
    const firstUses = await Promise.all(some.map(async (id) => [id, await firstUse(id)] as const));
    for (const [id, first] of firstUses) uses.set(id, first);
  }
  return uses;
}

/** @throws Problem 409 when a period of one of these accounts has ended, and nothing is to be amended */
async function requireNotEndedFor(
  queries: Queries,
  uses: ReadonlyMap<string, number | null>,
  effectiveFrom: Date,
  amends: boolean,
  now: Date,
): Promise<void> {
  if (effectiveFrom >= now) return;
  for (const account of await getAccounts(queries, [...uses.keys()])) {
    await requireNotEnded(queries, account, effectiveFrom, amends, { now, firstUse: uses.get(account.id) ?? null });
  }
}

/** A card may be one customer's own: its name and prices are not for the others. */
function requireAllAccounts(principal: Principal): void {
  if (principal.kind === 'key' && principal.accountId === null) return;
  requireRole(principal, 'operator');
}

/** What meters are from an instant on. One that is archived then can no longer be priced, as one that is not there. */
async function metersOf(
  queries: Queries,
  prices: readonly Price[],
  from: Date,
): Promise<(key: string) => PricedMeter | undefined> {
  const meters = new Map<string, PricedMeter>();
  for (const key of new Set(prices.map((price) => price.meter))) {
    const rulings = (await meterTimeline(queries, key)).filter(({ to }) => to > microsOf(from));
    const last = rulings.at(-1)?.value ?? null;
    const earlier = rulings.slice(0, -1).flatMap(({ value }) => value ?? []);
    if (last !== null) meters.set(key, { ...last, earlier });
  }
  return (key) => meters.get(key);
}

function whyNot(key: string, effectiveFrom: Date, refusal: RateCardRefusal): Problem {
  const from = effectiveFrom.toISOString();
  switch (refusal.refused) {
    case 'currency':
      return refused(409, '#/currency', `Rate card ${key} is in ${refusal.currency}; write another card.`);
    case 'effective_from':
      return refused(409, '#/effectiveFrom', `Version ${refusal.version} of ${key} takes effect at ${from} already.`);
  }
}
