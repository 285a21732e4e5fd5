import { getAccount } from '../../database/accounts.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import { meterIn } from '../../metering/stretches.ts';
import { ratingScope } from '../account-charges.ts';
import { periodHolding, periodsWithin } from '../account-period.ts';
import { lineValuesOf, priceFor, versionAt } from '../charge-gathering.ts';
import { chargeIdOf } from '../charge-line.ts';
import { lookUpEvent } from '../event-lookup.ts';
import type { EventReceiptPage } from '../explanation.types.ts';
import { pricingOf } from '../pricing.ts';
import type { Explanations } from './explanations.ts';
import type { ExplanationParts } from './find-charge.ts';

/** Ties of one instant are on one page, however many the event has before it. */
const TIES = 10_000;

/** What became of an account's event; `null` when there is none by this source and id. */
export function createReceipts(parts: ExplanationParts, explanations: Explanations) {
  return (accountId: string, source: string, id: string): Promise<EventReceiptPage | null> =>
    parts.readings.together(() => receiptOf(accountId, source, id));

  async function receiptOf(accountId: string, source: string, id: string): Promise<EventReceiptPage | null> {
    const { database, store, registry } = parts;
    const account = await getAccount(database.queries, accountId);
    const found = account && (await lookUpEvent(store, registry, accountId, source, id));
    if (account === null || found === null) return null;
    const time = Date.parse(found.eventTime) * 1000;
    const period = periodHolding(await periodsWithin(database.queries, account, parts.now()), time);
    if (period === null) return null;
    const pricing = await pricingOf(database.queries, account);
    const { versions } = ratingScope(pricing, period);
    const meters = await Promise.all(
      found.meters.map(async ({ key, unit, value, groupBy }): Promise<EventReceiptPage['meters'][number]> => {
        const current = registry.current(key);
        const meter = current && meterIn(current, { from: time, to: time + 1 });
        const price = priceFor(versionAt(versions, Math.max(time, period.from)), key, groupBy, null);
        const aggregation = meter?.aggregation ?? 'sum';
        const fed = { key, description: meter?.description ?? key, aggregation, value, unit };
        if (price === null) return { ...fed, charge: null };
        const chargeId = chargeIdOf(period.key, price.key, lineValuesOf(price, groupBy));
        const page = await explanations.events(accountId, chargeId, {
          ...{ resource: null, from: time, to: time + 1_000, cursor: null, limit: TIES },
        });
        const event = page?.data.find((each) => each.source === source && each.id === id);
        const charge = event && { chargeId, description: price.description, amountExact: event.amountExact };
        return { ...fed, charge: charge ?? null };
      }),
    );
    const { key, from, to } = period;
    return {
      ...{ source, id, accountId, status: 'accepted', eventTime: found.eventTime, receiveTime: found.receivedAt },
      event: found.event,
      period: { key, from: toRfc3339(from), to: toRfc3339(to) },
      periodRule: `An event counts in the billing period its own time falls in: ${key} runs from ${toRfc3339(from)} to before ${toRfc3339(to)}, in ${period.timeZone}.`,
      meters,
    };
  }
}
