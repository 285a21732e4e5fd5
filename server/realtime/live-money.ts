import { chargeIdOf } from '../billing/charge-id.ts';
import type { ComputedInvoice, Invoices } from '../billing/invoices/invoices.ts';
import { versionsInForce } from '../billing/pricing.ts';
import { getAccount } from '../database/accounts/accounts.ts';
import type { Queries } from '../database/database.types.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { runningRate } from '../domain/rating/running-rate.ts';
import type { LiveCharge, LiveMoney } from './contract.ts';

const NO_RATE_CARD = {
  periodKey: null,
  money: { money: 'no rate card', charges: null, spend: null },
} as const;

/**
 * What a socket is told of an account's money: the open period's invoice, from the same function as pages and API, and
 * how fast each charge grows.
 */
export function createLiveMoney(deps: {
  queries: Queries;
  invoices: Pick<Invoices, 'computed'>;
}): (accountId: string) => Promise<{ periodKey: string | null; money: LiveMoney }> {
  return async (accountId) => {
    const account = await getAccount(deps.queries, accountId);
    if (account === null) return NO_RATE_CARD;
    const computed = await deps.invoices.computed(account, null);
    if (computed.pricing.rulings.length === 0) return NO_RATE_CARD;
    const { currency, minorUnit, subtotal, credits, tax, total, meteredThrough, projection = null } = computed.view;
    const totals = { currency, minorUnit, subtotal, credits, tax, total };
    return {
      periodKey: computed.period.key,
      money: { money: 'known', charges: chargesOf(computed), spend: { meteredThrough, ...totals, projection } },
    };
  };
}

function chargesOf(computed: ComputedInvoice): LiveCharge[] {
  const rates = ratesOf(computed);
  return computed.view.lines.map(({ steps: _steps, estimated: _estimated, ...line }) => {
    const rate = rates.get(line.chargeId);
    return { ...line, ...(rate === undefined ? {} : { rate }) };
  });
}

function ratesOf({
  charges,
  pricing,
  period,
  through,
}: ComputedInvoice): Map<string, { perSecond: string; until: string }> {
  const scope = {
    period,
    versions: versionsInForce(pricing, period),
    currency: pricing.account.currency,
    licenses: pricing.licenses,
    pools: charges.rating.licenses,
    through,
  };
  const rates = new Map<string, { perSecond: string; until: string }>();
  for (const charge of charges.usage.charges) {
    const rate = runningRate(charge, scope);
    if (rate === null) continue;
    const chargeId = chargeIdOf(period.key, charge);
    rates.set(chargeId, { perSecond: rate.perSecond, until: toRfc3339(rate.until) });
  }
  return rates;
}
