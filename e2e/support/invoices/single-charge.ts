import type { InvoiceLine, InvoiceView } from '../../../server/billing/invoice.types.ts';
import { type CloudEvent, cloudEvent } from '../events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../events/event-door.ts';
import type { Operator, TestAccount } from '../people/operator.ts';

/** An account's usage of the month before last: over, and still a draft. */
export interface PastMonth {
  account: TestAccount;
  /** Secret of a key that may send. */
  key: string;
  /** The month's key. */
  period: string;
  /** The instant so many hours into the month, RFC 3339. */
  at: (hours: number) => string;
  send: (events: readonly CloudEvent[]) => Promise<void>;
  lines: () => Promise<InvoiceLine[]>;
}

/** One work done: `n` of a sum, on a resource. */
export function work(
  resource: string,
  time: string,
  n: number | string,
  more: Record<string, unknown> = {},
): CloudEvent {
  return cloudEvent({ type: 'single.work', subject: resource, time, data: { app: resource, n, ...more } });
}

/** Meters of counted work and of what runs. */
export async function defineSingleMeters(operator: Operator): Promise<void> {
  const dimensions = { app: '$.app' };
  await operator.defineMeter('single-work', {
    ...{
      description: 'Work',
      eventType: 'single.work',
      aggregation: 'sum',
      valuePath: '$.n',
      dimensions,
      unit: 'units',
    },
  });
  await operator.defineMeter('single-ran', {
    ...{ description: 'Running', eventType: 'single.ran', aggregation: 'time_weighted', levels: 'slots' },
    ...{ valuePath: '$.n', dimensions, unit: 'slot-seconds' },
  });
}

/**
 * A new account on a card of its own.
 * @param versions prices by the hour of the month they begin at
 */
export async function pastMonth(
  operator: Operator,
  url: string,
  versions: readonly { hours: number; prices: object[] }[],
): Promise<PastMonth> {
  const now = new Date();
  const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 1);
  const at = (hours: number) => new Date(from + hours * 3_600_000).toISOString();
  const account = await operator.createAccount();
  for (const { hours, prices } of versions) {
    const body = { effectiveFrom: at(hours), currency: 'USD', prices };
    await operator.request('POST', `/api/v1/rate-cards/${account.id}/versions`, body);
  }
  await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: account.id });
  const key = await operator.createKey(account);
  const invoice = async (id: string) =>
    (await operator.request('GET', `/api/v1/accounts/${account.id}/invoices/${id}`)) as InvoiceView;
  const period = at(0).slice(0, 7);
  return {
    ...{ account, key, period, at },
    send: async (events) => {
      const received = lastReceived(await receiptsOf(url, key, events));
      while ((await invoice('current')).meteredThrough < received) await new Promise((done) => setTimeout(done, 50));
    },
    lines: async () => (await invoice(period)).lines,
  };
}
