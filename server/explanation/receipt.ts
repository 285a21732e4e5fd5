import { periodHolding, periodsWithin } from '../billing/account-period.ts';
import { versionAt } from '../billing/charge-gathering.ts';
import { chargeIdOf } from '../billing/charge-id.ts';
import { ratingScope } from '../billing/charge-scope.ts';
import { pricingOf } from '../billing/pricing.ts';
import { getAccount } from '../database/accounts/accounts.ts';
import { finalPeriods } from '../database/invoices/invoices.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { readEventTime, toRfc3339 } from '../domain/instant.ts';
import { lineValuesOf, priceFor } from '../domain/pricing/match.ts';
import { meterIn } from '../metering/stretches.ts';
import { type EventReceipt, lookUpEvent } from '../usage/event-lookup.ts';
import type { ExplanationDeps } from './charge/find-charge.ts';
import type { EventReceiptPage } from './explanation.types.ts';
import type { Explanations } from './explanations.ts';

/** Ties of one instant are on one page, however many the event has before it. */
const TIES = 10_000;

/** The charge that usage of an event is in. */
export type ChargeOfEvent = EventReceiptPage['meters'][number]['charge'];

/** An event with what became of it. */
interface Followed {
  event: EventReceipt;
  period: BillingPeriod;
  /** `late` when the invoice of its period was final before it was received. */
  status: EventReceiptPage['status'];
  /** In the order of the event's meters; `null` for usage without a price. */
  charges: ChargeOfEvent[];
}

/** Tells what became of events; `null` when the account has none by this source and id. */
export interface Receipts {
  page: (accountId: string, source: string, id: string) => Promise<EventReceiptPage | null>;
  /** The same for programs. */
  lookUp: (accountId: string, source: string, id: string) => Promise<LookedUp | null>;
}

/** An event as a program looks it up. */
export interface LookedUp extends EventReceipt {
  receipt: { status: EventReceiptPage['status']; receivedAt: string };
  meters: (EventReceipt['meters'][number] & { charge: ChargeOfEvent })[];
}

/** Looks events up by source and id, and follows each to the charges it is in. */
export function createReceipts(deps: ExplanationDeps, explanations: Explanations): Receipts {
  const { database, store, registry } = deps;

  async function follow(accountId: string, source: string, id: string): Promise<Followed | null> {
    const account = await getAccount(database.queries, accountId);
    const event = account && (await lookUpEvent(store, registry, accountId, source, id));
    if (account === null || event === null) return null;
    const time = readEventTime(event.eventTime) as Micros;
    const receivedAt = readEventTime(event.receivedAt) as Micros;
    const period = periodHolding(await periodsWithin(database.queries, account, deps.now()), time);
    if (period === null) return null;
    const final = (await finalPeriods(database.queries, accountId)).find((head) => head.period.key === period.key);
    const status = final !== undefined && receivedAt > final.meteredThroughMicros ? 'late' : 'accepted';
    const pricing = await pricingOf(database.queries, account);
    const { versions } = ratingScope(pricing, period);
    const chargeOf = async ({ key, groupBy }: EventReceipt['meters'][number]): Promise<ChargeOfEvent> => {
      const price = priceFor(versionAt(versions, Math.max(time, period.from)).prices, key, groupBy, null);
      if (price === null) return null;
      const chargeId = chargeIdOf(period.key, { priceKey: price.key, lineValues: lineValuesOf(price, groupBy) });
      const named = { chargeId, description: price.description };
      if (status === 'late') {
        // It is in what corrects the charge: the charge itself stays what it was.
        return (await explanations.find(accountId, chargeId)) && { ...named, amountExact: null };
      }
      const page = await explanations.events(accountId, chargeId, {
        ...{ resource: null, from: time, to: time + 1, cursor: null, limit: TIES },
      });
      const own = page?.data.find((each) => each.source === source && each.id === id);
      return own === undefined ? null : { ...named, amountExact: own.amountExact };
    };
    return { event, period, status, charges: await Promise.all(event.meters.map(chargeOf)) };
  }

  return {
    page: async (accountId, source, id) => {
      const followed = await deps.readings.together(() => follow(accountId, source, id));
      if (followed === null) return null;
      const { event, period, status, charges } = followed;
      const time = readEventTime(event.eventTime) as Micros;
      const { key, from, to } = period;
      return {
        ...{ source, id, accountId, status, eventTime: event.eventTime, receiveTime: event.receivedAt },
        event: event.event,
        period: { key, from: toRfc3339(from), to: toRfc3339(to) },
        periodRule: `An event counts in the billing period its own time falls in: ${key} runs from ${toRfc3339(from)} to before ${toRfc3339(to)}, in ${period.timeZone}.`,
        meters: event.meters.map(({ key, unit, value }, i) => {
          const current = registry.current(key);
          const meter = current && meterIn(current, { from: time, to: time + 1 });
          const { description = key, aggregation = 'sum' } = meter ?? {};
          return { key, description, aggregation, value, unit, charge: charges[i] ?? null };
        }),
      };
    },
    lookUp: async (accountId, source, id) => {
      const followed = await deps.readings.together(() => follow(accountId, source, id));
      if (followed === null) return null;
      const { event, status, charges } = followed;
      const meters = event.meters.map((meter, i) => ({ ...meter, charge: charges[i] ?? null }));
      return { ...event, receipt: { ...event.receipt, status }, meters };
    },
  };
}
