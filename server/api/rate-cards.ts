import { z } from 'zod';
import type { Queries } from '../database/connect.ts';
import { meterTimeline } from '../database/meters.ts';
import {
  addRateCardVersion,
  listRateCards,
  type RateCardRefusal,
  rateCardVersionsOf,
  type WrittenRateCard,
} from '../database/rate-cards.ts';
import type { Price } from '../domain/price.ts';
import { currencySchema } from './currency.ts';
import { type Api, addEndpoint } from './endpoint.ts';
import { inputProblem, refused } from './input.ts';
import { instantSchema } from './instant-schema.ts';
import { faultsOfPrices, movedPrices, type PricedMeter } from './price-rules.ts';
import { priceSchema } from './price-schema.ts';
import { type Principal, requireRole } from './principal.ts';
import { Problem } from './problem.ts';
import { callerIdSchema, pageOf, pageQuerySchema, pageSchema, timestampSchema } from './schemas.ts';

const MOST_PRICES = 1_000;

const writtenVersionSchema = z
  .strictObject({
    effectiveFrom: instantSchema,
    currency: currencySchema,
    prices: z
      .array(priceSchema)
      .min(1, 'Must have a price.')
      .max(MOST_PRICES, `Must have at most ${MOST_PRICES} prices.`),
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
  })
  .meta({ id: 'RateCardVersion' });

const cardSchema = z
  .object({ key: callerIdSchema, currency: z.string(), versions: z.int() })
  .meta({ id: 'RateCardSummary' });

const cardParams = z.object({ key: callerIdSchema });

/** Rate cards: versions that are added and never edited. */
export function addRateCardEndpoints(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/rate-cards/{key}/versions',
      tag: 'Rate cards',
      summary: 'Add a version of a rate card; the first one makes the card',
      description:
        'It holds from `effectiveFrom` until the next version does. What is in a final invoice cannot be priced anew.',
      role: 'operator',
      params: cardParams,
      body: writtenVersionSchema,
      answers: { 201: { description: 'Added.', schema: versionSchema } },
    },
    async ({ params, body, queries }) => {
      const errors = faultsOfPrices(body.prices, await metersOf(queries, body.prices, body.effectiveFrom));
      if (errors.length > 0) throw inputProblem(errors);
      const [moved] = movedPrices(body.prices, await rateCardVersionsOf(queries, params.key));
      if (moved) throw refused(409, moved.pointer, moved.detail);
      const written = await addRateCardVersion(queries, { key: params.key, ...body }, api.now());
      if ('refused' in written) throw whyNot(params.key, body.effectiveFrom, written);
      return { status: 201, body: written };
    },
  );

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
    const rulings = (await meterTimeline(queries, key)).filter(({ to }) => to > from.getTime() * 1000);
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
    case 'final': {
      const { accountId, periodKey, number, periodTo } = refusal;
      const detail = `Period ${periodKey} of account ${accountId} is final, invoice ${number}: a version can take effect from ${periodTo.toISOString()} on.`;
      return refused(409, '#/effectiveFrom', detail);
    }
  }
}
