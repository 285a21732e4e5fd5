import { z } from 'zod';
import { type AccountSetting, settingHistory } from '../../database/accounts/account-settings.ts';
import type { PeriodState } from '../../database/accounts/billing-periods.ts';
import { periodsOfAccount } from '../../database/accounts/billing-periods.ts';
import { microsOf, toRfc3339 } from '../../domain/instant.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { callerIdSchema, timestampSchema } from '../endpoint/schemas.ts';
import { existingAccount } from './accounts.ts';
import { shownWriting, writingSchema } from './change-in-time.ts';

const accountParams = z.object({ accountId: callerIdSchema });
const historySchema = z.object({ data: z.array(writingSchema) }).meta({ id: 'History' });

const periodSchema = z
  .object({
    key: z.string(),
    from: timestampSchema,
    to: timestampSchema,
    timeZone: z.string(),
    bridging: z.boolean().meta({ description: 'Between an old rhythm and a new one: shorter or longer than a month.' }),
    state: z.enum(['open', 'draft', 'final', 'void']),
  })
  .meta({ id: 'BillingPeriod' });

/** As invoices call it: what ended and is not issued is a draft. */
const STATES = { open: 'open', ended: 'draft', final: 'final', void: 'void' } as const satisfies Record<
  PeriodState,
  string
>;

/** An account's periods, and what its settings said when. */
export function addAccountHistoryEndpoints(api: Api): void {
  const history = (path: string, summary: string, settings: readonly AccountSetting[]) =>
    addEndpoint(
      api,
      {
        method: 'get',
        path,
        tag: 'Accounts',
        summary,
        role: 'read',
        params: accountParams,
        answers: { 200: { description: 'In the order in which it was written.', schema: historySchema } },
      },
      async ({ params: { accountId }, queries }) => {
        await existingAccount(queries, accountId);
        const writings = await settingHistory(queries, accountId, settings);
        return { status: 200, body: { data: writings.map(shownWriting) } };
      },
    );
  history(
    '/v1/accounts/{accountId}/history',
    'Who changed what bears on an account’s money, when, and effective when',
    [...(['currency', 'tax', 'period_rule', 'rate_card', 'discount'] as const)],
  );
  history('/v1/accounts/{accountId}/rate-card/history', 'Which rate card and discount an account had when', [
    ...(['rate_card', 'discount'] as const),
  ]);

  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/periods',
      tag: 'Accounts',
      summary: 'The billing periods of an account, without gap or overlap; the open one last',
      role: 'read',
      params: accountParams,
      answers: { 200: { description: 'All of them.', schema: z.object({ data: z.array(periodSchema) }) } },
      prepare: ({ params }) => api.firstUse(params.accountId),
    },
    async ({ params: { accountId }, queries, prepared: firstUse }) => {
      const account = await existingAccount(queries, accountId);
      const now = microsOf(api.now());
      const periods = await periodsOfAccount(queries, account, now, Math.min(firstUse ?? now, now));
      const data = periods.map(({ key, from, to, timeZone, bridging, state }) => ({
        ...{ key, from: toRfc3339(from), to: toRfc3339(to), timeZone, bridging },
        state: STATES[state],
      }));
      return { status: 200, body: { data } };
    },
  );
}
