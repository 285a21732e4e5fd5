import { randomUUID } from 'node:crypto';
import { paths } from '../../app/paths.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { receiptsOf } from '../support/events/event-door.ts';
import { expect, test } from './fixtures.ts';

test('shows how much of a pool and of an allowance is used, and when it ran out', async ({
  signedInPage: page,
  operator,
  account,
  server,
}) => {
  const suffix = randomUUID().slice(0, 8);
  await operator.defineMeter(`dyno-${suffix}`, {
    description: 'Dynos',
    eventType: `formation.${suffix}`,
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions: { size: '$.size' },
    unit: 'dyno-seconds',
  });
  await operator.defineMeter(`letters-${suffix}`, {
    description: 'Letters',
    eventType: `letter.${suffix}`,
    aggregation: 'sum',
    valuePath: '$.count',
    dimensions: {},
    unit: 'letters',
  });
  const pool = { model: 'flat', amount: '5.00', meter: `dyno-${suffix}` };
  await operator.request('POST', `/api/v1/rate-cards/included-${suffix}/versions`, {
    effectiveFrom: '2025-01-01T00:00:00Z',
    currency: 'USD',
    prices: [
      { ...pool, key: 'eco', match: { size: 'eco' }, description: 'Eco pool', included: '3600000' },
      { ...pool, key: 'tiny', match: { size: 'tiny' }, description: 'Tiny pool', included: '3600' },
      {
        key: 'letters',
        meter: `letters-${suffix}`,
        description: 'Letters',
        model: 'per_unit',
        unitAmount: '0.10',
        included: '100',
      },
    ],
  });
  await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: `included-${suffix}` });
  // A whole month that is over: what is used of it does not depend on today.
  const now = new Date();
  const at = (hours: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 3, hours)).toISOString();
  const formation = (size: string, hours: number, quantity: number) =>
    cloudEvent({ type: `formation.${suffix}`, subject: size, time: at(hours), data: { size, quantity } });
  await receiptsOf(server.url, await operator.createKey(account), [
    formation('eco', 0, 2),
    formation('eco', 125, 0),
    formation('tiny', 6, 2),
    formation('tiny', 9, 0),
    cloudEvent({ type: `letter.${suffix}`, time: at(5), data: { count: 140 } }),
  ]);
  const period = at(0).slice(0, 7);
  const included = page.getByRole('region', { name: 'Included' }).getByRole('listitem');
  await expect(async () => {
    await page.goto(paths.licenses(account.id, period));
    await expect(included.filter({ hasText: 'Letters' })).toContainText('100 letters', { timeout: 500 });
    await expect(included.filter({ hasText: 'Eco pool' })).toContainText('250 h', { timeout: 500 });
  }).toPass();
  await expect(included.filter({ hasText: 'Eco pool' })).toContainText('of 1,000 h');
  await expect(included.filter({ hasText: 'Eco pool' })).toContainText('It was enough.');
  // Two at a time use up an hour in half of one.
  await expect(included.filter({ hasText: 'Tiny pool' })).toContainText(
    /Ran out on .*3, 06:30:00: nothing more is in it/,
  );
  await expect(included.filter({ hasText: 'Letters' })).toContainText(/Ran out on .* 3: use after that is charged/);
  await included.filter({ hasText: 'Eco pool' }).getByRole('link').click();
  await expect(page.getByRole('row', { name: 'Eco pool' })).toContainText('$5.00');
});
