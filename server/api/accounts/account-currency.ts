import type { Account } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { payingGrants } from '../../database/invoices/credits.ts';
import { licensesOfAccounts, listLicenses } from '../../database/prices/licenses.ts';
import { accountRateCard, currencyOfRateCard } from '../../database/prices/rate-cards.ts';
import { refused } from '../endpoint/input.ts';

/**
 * An account may change its currency only while nothing it is charged by, holds or has left is in the old one: there are
 * no rates between currencies here. @throws Problem 409 that names what is
 */
export async function requireCurrencyFree(
  queries: Queries,
  account: Account,
  currency: string,
  now: Date,
): Promise<void> {
  if (currency === account.currency) return;
  const held = await whatIsIn(queries, account, now);
  if (held === null) return;
  const detail = `Account ${account.id} cannot go from ${account.currency} to ${currency}: ${held} is in ${account.currency}.`;
  throw refused(409, '#/currency', detail);
}

async function whatIsIn(queries: Queries, { id, currency }: Account, now: Date): Promise<string | null> {
  const assigned = await accountRateCard(queries, id, now);
  if (assigned && (await currencyOfRateCard(queries, assigned.key)) === currency)
    return `its rate card ${assigned.key}`;
  const toCome = ((await licensesOfAccounts(queries, [id])).get(id) ?? []).filter(
    ({ to }) => Date.parse(to) > now.getTime(),
  );
  const license = [...(await listLicenses(queries, id, now)), ...toCome].find(({ unit }) => unit === currency);
  if (license) return `its license ${license.id}`;
  const [grant] = await payingGrants(queries, id, now);
  return grant ? `what is left of its credit ${grant.id}` : null;
}
