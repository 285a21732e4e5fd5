import { z } from 'zod';
import { accountRateCard, currencyOfRateCard, putAccountRateCard } from '../database/rate-cards.ts';
import { existingAccount } from './accounts.ts';
import { percentSchema } from './decimal-schema.ts';
import { type Api, addEndpoint } from './endpoint.ts';
import { refused } from './input.ts';
import { Problem } from './problem.ts';
import { callerIdSchema } from './schemas.ts';

const assignedSchema = z
  .object({ accountId: callerIdSchema, key: callerIdSchema, discountPercent: z.string() })
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
      description: 'Holds for every period that is not final yet.',
      role: 'operator',
      body: z.strictObject({
        key: callerIdSchema,
        discountPercent: percentSchema
          .optional()
          .meta({ description: 'Comes off every charge. Left out: the discount that is in force, at first none.' }),
      }),
      answers: {
        200: { description: 'Replaced.', schema: assignedSchema },
        201: { description: 'The account’s first.', schema: assignedSchema },
      },
    },
    async ({ params: { accountId }, body, queries }) => {
      const account = await existingAccount(queries, accountId);
      const currency = await currencyOfRateCard(queries, body.key);
      if (currency === null) {
        throw refused(400, '#/key', `There is no rate card "${body.key}"; GET /api/v1/rate-cards lists them.`);
      }
      if (currency !== account.currency) {
        const detail = `Rate card ${body.key} is in ${currency}, and account ${accountId} pays in ${account.currency}.`;
        throw refused(409, '#/key', detail);
      }
      const before = await accountRateCard(queries, accountId);
      const discountPercent = body.discountPercent ?? before?.discountPercent ?? '0';
      const assignment = { accountId, key: body.key, discountPercent };
      const { assigned, created } = await putAccountRateCard(queries, assignment, api.now());
      return { status: created ? 201 : 200, body: assigned };
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
