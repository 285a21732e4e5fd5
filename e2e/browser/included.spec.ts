import { randomUUID } from 'node:crypto';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { receiptsOf } from '../support/events/event-door.ts';
import { test as base, expect } from './fixtures.ts';
import { LicensesPage } from './pages/licenses-page.ts';

/** An account with two pools and an allowance, all used in a month that is over: what is used of it does not depend on today. */
const test = base.extend<{ period: string }>({
  period: async ({ operator, account, server }, use) => {
    const suffix = randomUUID().slice(0, 8);
    await operator.defineMeter(`dyno-${suffix}`, {
      ...{ description: 'Dynos', eventType: `formation.${suffix}`, aggregation: 'time_weighted', levels: 'slots' },
      ...{ valuePath: '$.quantity', dimensions: { size: '$.size' }, unit: 'dyno-seconds' },
    });
    await operator.defineMeter(`letters-${suffix}`, {
      ...{ description: 'Letters', eventType: `letter.${suffix}`, aggregation: 'sum' },
      ...{ valuePath: '$.count', dimensions: {}, unit: 'letters' },
    });
    const pool = { model: 'flat', amount: '5.00', meter: `dyno-${suffix}` };
    const letters = { key: 'letters', meter: `letters-${suffix}`, description: 'Letters', included: '100' };
    await operator.request('POST', `/api/v1/rate-cards/included-${suffix}/versions`, {
      effectiveFrom: '2025-01-01T00:00:00Z',
      currency: 'USD',
      prices: [
        { ...pool, key: 'eco', match: { size: 'eco' }, description: 'Eco pool', included: '3600000' },
        { ...pool, key: 'tiny', match: { size: 'tiny' }, description: 'Tiny pool', included: '3600' },
        { ...letters, model: 'per_unit', unitAmount: '0.10' },
      ],
    });
    await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: `included-${suffix}` });
    const now = new Date();
    const at = (hours: number) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 3, hours)).toISOString();
    const formation = (size: string, hours: number, quantity: number) =>
      cloudEvent({ type: `formation.${suffix}`, subject: size, time: at(hours), data: { size, quantity } });
    await receiptsOf(server.url, await operator.createKey(account), [
      formation('eco', 0, 2),
      formation('eco', 125, 0),
      formation('tiny', 6, 2),
      formation('tiny', 9, 0),
      cloudEvent({ type: `letter.${suffix}`, time: at(5), data: { count: 140 } }),
    ]);
    await use(at(0).slice(0, 7));
  },
});

test('shows how much of a pool and of an allowance is used, and when it ran out', async ({
  signedInPage: page,
  account,
  period,
}) => {
  const licenses = new LicensesPage(page, account.id);
  const eco = licenses.included('Eco pool');
  const tiny = licenses.included('Tiny pool');
  const letters = licenses.included('Letters');
  await expect(async () => {
    await licenses.open(period);
    await expect(letters).toContainText('100 letters', { timeout: 500 });
    await expect(eco).toContainText('250 h', { timeout: 500 });
  }).toPass();

  await expect(eco).toContainText('of 1,000 h');
  await expect(eco).toContainText('It was enough.');
  // Two at a time use up an hour in half of one.
  await expect(tiny).toContainText(/Ran out on .*3, 06:30:00: nothing more is in it/);
  await expect(letters).toContainText(/Ran out on .* 3: use after that is charged/);

  await eco.getByRole('link').click();
  await expect(page.getByRole('row', { name: 'Eco pool' })).toContainText('$5.00');
});
