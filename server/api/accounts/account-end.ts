import { z } from 'zod';
import { type Account, endAccount } from '../../database/accounts/accounts.ts';
import { keepPeriods } from '../../database/accounts/billing-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf, toRfc3339 } from '../../domain/instant.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, timestampSchema } from '../endpoint/schemas.ts';
import { existingAccount } from './accounts.ts';
import { requireNotEnded } from './change-in-time.ts';

/** Between which instants an account was used; `null` where it never was. */
export interface UseOfAccount {
  firstUse: Micros | null;
  lastUse: Micros | null;
}

/**
 * Ends an account: the period `at` lies in is its last, and ends then. In a SERIALIZABLE transaction.
 * @throws Problem 409 when it has ended, or used anything at or after that instant, or the instant is in no open period
 */
export async function endAt(
  tx: Queries,
  account: Account,
  at: Date,
  { firstUse, lastUse }: UseOfAccount,
  now: Date,
): Promise<void> {
  const { id } = account;
  if (account.endedAt) throw refused(409, '#/at', `Account ${id} has ended at ${account.endedAt.toISOString()}.`);
  await requireNotEnded(tx, account, at, false, { now, firstUse });
  const [open] = (await keepPeriods(tx, account, microsOf(now))).slice(-1);
  if (open !== undefined && microsOf(at) <= open.from) {
    const detail = `Period ${open.key} of account ${id} began at ${toRfc3339(open.from)}, and the account cannot end before that.`;
    throw refused(409, '#/at', detail);
  }
  if (lastUse !== null && lastUse >= microsOf(at)) {
    const detail = `Account ${id} has an event at ${toRfc3339(lastUse)}: it can end after that.`;
    throw refused(409, '#/at', detail);
  }
  await endAccount(tx, account, at, now);
}

/** The end of an account. */
export function addAccountEndEndpoint(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/end',
      tag: 'Accounts',
      summary: 'End an account: its open period is its last, ends then, and gets a final invoice',
      description:
        'Events of the account at or after that instant are refused from then on. Once its last invoice is final, corrections of any stand on that of one more period, in which nothing else is due.',
      role: 'operator',
      params: z.object({ accountId: callerIdSchema }),
      body: z.strictObject({ at: instantSchema }),
      answers: {
        200: { description: 'Ended.', schema: z.object({ accountId: callerIdSchema, endedAt: timestampSchema }) },
      },
      // Events must be held off before it is asked what came, and until it is decided.
      ownTransactions: true,
    },
    async ({ params: { accountId }, body: { at }, queries }) => {
      const ended = { status: 200 as const, body: { accountId, endedAt: at.toISOString() } };
      const account = await existingAccount(queries, accountId);
      // The same said again.
      if (account.endedAt?.getTime() === at.getTime()) return ended;
      if (!account.endedAt && !(await api.holdEnd(accountId, microsOf(at)))) {
        throw new Problem(409, `Account ${accountId} is just being ended by another request.`);
      }
      try {
        const use = { firstUse: await api.firstUse(accountId), lastUse: await api.lastUse(accountId) };
        await api.database.serializable(async (tx) => {
          const known = await existingAccount(tx, accountId);
          if (known.endedAt?.getTime() !== at.getTime()) await endAt(tx, known, at, use, api.now());
        });
      } finally {
        await api.onAccountChanged(accountId);
      }
      return ended;
    },
  );
}
