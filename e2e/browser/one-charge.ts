import { setTimeout as sleep } from 'node:timers/promises';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { receiptsOf } from '../support/events/event-door.ts';
import { test as base } from './fixtures.ts';

interface OneCharge {
  /** The only charge of the account: 250 postcards at 0.05, told by one event. */
  chargeId: string;
  /** Sends so many more, and waits until the charge has them. */
  sendMore: (count: number) => Promise<void>;
}

interface Invoice {
  lines: { chargeId: string; quantity: string }[];
}

/** The event the charge begins with. */
export const EVENT = { source: '/postcards', id: 'p-1' };
const FIRST = 250;

/** An account with one charge, open and small. */
export const test = base.extend<OneCharge>({
  sendMore: async ({ operator, account, server }, use) => {
    let sent = 0;
    const key = await operator.createKey(account);
    await use(async (count) => {
      const event = { type: 'postcard.sent', subject: 'desk', data: { count } };
      await receiptsOf(server.url, key, [cloudEvent(sent === 0 ? { ...event, ...EVENT } : event)]);
      sent += count;
      const path = `/api/v1/accounts/${account.id}/invoices/current`;
      while (((await operator.request('GET', path)) as Invoice).lines[0]?.quantity !== String(sent)) await sleep(100);
    });
  },
  chargeId: async ({ operator, account, sendMore }, use) => {
    await operator.defineMeter('postcards', {
      description: 'Postcards',
      eventType: 'postcard.sent',
      aggregation: 'sum',
      valuePath: '$.count',
      dimensions: {},
      unit: 'postcards',
    });
    const price = {
      key: 'postcards',
      meter: 'postcards',
      description: 'Postcards',
      model: 'per_unit',
      unitAmount: '0.05',
    };
    const version = { effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD', prices: [price] };
    await operator.request('POST', '/api/v1/rate-cards/one-charge/versions', version).catch((error: Error) => {
      // Another test of this worker has written it.
      if (!error.message.includes('answered 409')) throw error;
    });
    const under = `/api/v1/accounts/${account.id}`;
    await operator.request('PUT', `${under}/rate-card`, { key: 'one-charge' });
    await sendMore(FIRST);
    const { lines } = (await operator.request('GET', `${under}/invoices/current`)) as Invoice;
    await use(lines[0]?.chargeId ?? '');
  },
});
