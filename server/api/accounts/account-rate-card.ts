import { z } from 'zod';
import { settingsOfAccount } from '../../database/accounts/account-settings.ts';
import { reopenPeriods } from '../../database/accounts/billing-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import {
  accountRateCard,
  currencyOfRateCard,
  putAccountRateCard,
  versionsOfRateCards,
} from '../../database/prices/rate-cards.ts';
import { microsOf } from '../../domain/instant.ts';
import { rulingAt } from '../../domain/timeline.ts';
import { percentSchema } from '../endpoint/decimal-schema.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { nameOf } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, timestampSchema } from '../endpoint/schemas.ts';
import { existingAccount } from './accounts.ts';
import { changeFields, requestedChange } from './change-in-time.ts';

const assignedSchema = z
  .object({
    accountId: callerIdSchema,
    key: callerIdSchema,
    discountPercent: z.string(),
    effectiveFrom: timestampSchema
      .nullable()
      .optional()
      .meta({ description: 'Of a write: from when it holds; `null`: from the beginning.' }),
  })
  .meta({ id: 'AccountRateCard' });

const where = {
  path: '/v1/accounts/{accountId}/rate-card',
  tag: 'Rate cards',
  params: z.object({ accountId: callerIdSchema }),
};

/** Which rate card an account is charged by. */
export function addAccountRateCardEndpoints(api: Api): void {
  addEndpoint(
    api,
    {
      ...where,
      method: 'put',
      summary: 'Charge an account by a rate card, with a discount',
      description:
        'Holds from `effectiveFrom` on, by default from now; an account’s first holds from the beginning. The period it falls in is cut there; periods that have ended keep what was in force in them.',
      role: 'operator',
      body: z.strictObject({
        key: callerIdSchema,
        discountPercent: percentSchema
          .optional()
          .meta({ description: 'Comes off every charge. Left out: the discount that is in force, at first none.' }),
        ...changeFields,
      }),
      answers: {
        200: { description: 'Replaced.', schema: assignedSchema },
        201: { description: 'The account’s first.', schema: assignedSchema },
      },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId }, body, principal, queries, prepared: firstUse }) => {
      const account = await existingAccount(queries, accountId);
      const currency = await currencyOfRateCard(queries, body.key);
      if (currency === null) {
        throw refused(400, '#/key', `There is no rate card "${body.key}"; GET /api/v1/rate-cards lists them.`);
      }
      if (currency !== account.currency) {
        const detail = `Rate card ${body.key} is in ${currency}, and account ${accountId} pays in ${account.currency}.`;
        throw refused(409, '#/key', detail);
      }
      const { effectiveFrom, amend, ...assignment } = body;
      const scope = { principal, now: api.now(), firstUse };
      const isFirst = (await settingsOfAccount(queries, accountId)).rate_card.length === 0;
      const change = isFirst
        ? { changedBy: nameOf(principal), ...(effectiveFrom === undefined ? {} : { effectiveFrom }) }
        : await requestedChange(queries, account, { effectiveFrom, amend }, scope);
      await requireSameMeters(queries, accountId, body.key, effectiveFrom ?? api.now());
      const outcome = await putAccountRateCard(queries, { accountId, ...assignment }, api.now(), change);
      if (isFirst) await reopenPeriods(queries, [account], new Date(0), api.now());
      const from = outcome.effectiveFrom?.toISOString() ?? null;
      return { status: outcome.created ? 201 : 200, body: { ...outcome.assigned, effectiveFrom: from } };
    },
  );

  addEndpoint(
    api,
    {
      ...where,
      method: 'get',
      summary: 'The rate card an account is charged by',
      role: 'read',
      answers: { 200: { description: 'The card’s key and the discount.', schema: assignedSchema } },
    },
    async ({ params: { accountId }, queries }) => {
      await existingAccount(queries, accountId);
      const assigned = await accountRateCard(queries, accountId, api.now());
      if (!assigned) throw new Problem(404, `Account ${accountId} is on no rate card, so nothing is charged.`);
      return { status: 200, body: assigned };
    },
  );
}

/**
 * A charge goes on by its price's key from one card to another, so the key must price the same meter on both.
 * @throws Problem 409 that names the price
 */
async function requireSameMeters(queries: Queries, accountId: string, key: string, at: Date): Promise<void> {
  const before = rulingAt((await settingsOfAccount(queries, accountId)).rate_card, microsOf(at))?.value.key;
  if (before === undefined || before === key) return;
  const cards = await versionsOfRateCards(queries, [before, key]);
  const metersOn = (card: string) =>
    new Map(cards.get(card)?.flatMap(({ prices }) => prices.map((price) => [price.key, price.meter] as const)));
  const meters = metersOn(before);
  for (const [price, meter] of metersOn(key)) {
    const other = meters.get(price);
    if (other === undefined || other === meter) continue;
    const detail = `Price ${price} is for meter ${meter} on rate card ${key}, and for ${other} on ${before}, which the account is on: give it another key.`;
    throw refused(409, '#/key', detail);
  }
}
