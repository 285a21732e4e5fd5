import type { InvoiceView } from '../../server/billing/invoice.types.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { test as base } from './fixtures.ts';

const CARD = 'every-amount';
export const HOUR_MS = 3_600_000;
/** More than the overview names. */
export const APPS = ['north', 'south', 'east', 'west', 'up', 'down', 'in', ''];

/** An account with more apps than are named, a license that ran out, a fee without usage, a credit and tax; nothing runs. */
export const test = base.extend<{ invoice: InvoiceView }>({
  account: async ({ operator }, use) => use(await operator.createAccount({ taxPercent: '8.25' })),
  invoice: async ({ operator, account, server }, use) => {
    const dimensions = { app: '$.app' };
    await operator.defineMeter('crates', {
      ...{ description: 'Crates', eventType: 'crate.sent', aggregation: 'sum', valuePath: '$.n', unit: 'crates' },
      dimensions,
    });
    await operator.defineMeter('cranes', {
      ...{ description: 'Cranes', eventType: 'crane.set', aggregation: 'time_weighted', levels: 'slots' },
      ...{ valuePath: '$.n', unit: 'crane-seconds', dimensions },
    });
    await operator.defineMeter('harbour', {
      ...{ description: 'Harbour', eventType: 'harbour.used', aggregation: 'count', unit: 'uses', dimensions: {} },
    });
    const tiers = [
      { upTo: '30', unitAmount: '0.0333' },
      { upTo: null, unitAmount: '0.0071' },
    ];
    const prices = [
      { key: 'crates', meter: 'crates', description: 'Crates', model: 'graduated', tiers, lineBy: ['app'] },
      {
        ...{ key: 'cranes', meter: 'cranes', description: 'Cranes', model: 'per_time', amount: '25' },
        ...{ perSeconds: '2592000', maximum: { amount: '25', scope: 'slot' }, lineBy: ['app'] },
      },
      { key: 'harbour', meter: 'harbour', description: 'Harbour', model: 'flat', amount: '4.125', flatAtZero: true },
    ];
    const version = { effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD', prices };
    await operator.request('POST', `/api/v1/rate-cards/${CARD}/versions`, version).catch((error: Error) => {
      // Another test of this worker has written it.
      if (!error.message.includes('answered 409')) throw error;
    });
    const under = `/api/v1/accounts/${account.id}`;
    await operator.request('PUT', `${under}/rate-card`, { key: CARD });
    await operator.request('PUT', `${under}/licenses/crates`, {
      ...{ product: 'Crates a month', quantity: '100', unit: 'crates', measure: 'sum', weights: { crates: '1' } },
      ...{ from: '2025-01-01T00:00:00Z', to: '2035-01-01T00:00:00Z' },
    });
    await operator.request('POST', `${under}/credits`, { amount: '1.00', reason: 'Welcome' });
    const now = Date.now();
    const event = (type: string, app: string, hours: number, n: number) =>
      cloudEvent({
        type,
        subject: app || 'none',
        time: new Date(now - hours * HOUR_MS).toISOString(),
        data: { app, n },
      });
    const events = [
      ...APPS.flatMap((app, i) => [29, 0].map((hours) => event('crate.sent', app, hours, 11 + 7 * i + hours))),
      ...[event('crane.set', 'north', 40, 2), event('crane.set', 'north', 27, 3), event('crane.set', 'north', 3, 0)],
      ...[event('crane.set', 'south', 28, 1), event('crane.set', 'south', 26, 0)],
    ];
    const received = lastReceived(await receiptsOf(server.url, await operator.createKey(account), events));
    let invoice: InvoiceView;
    do invoice = (await operator.request('GET', `${under}/invoices/current`)) as InvoiceView;
    while (invoice.meteredThrough < received);
    await use(invoice);
  },
});
