import { randomBytes } from 'node:crypto';
import { cloudEvent, sendEvents } from '../support/events/cloud-event.ts';
import { expect, test } from './fixtures.ts';

test('an event that is sent becomes a number in front of the customer, once', async ({
  signedInPage,
  operator,
  account,
  server,
}) => {
  const name = randomBytes(4).toString('hex');
  const type = `test.${name}.served`;
  await operator.defineMeter(`served-${name}`, {
    description: `Requests ${name}`,
    eventType: type,
    aggregation: 'count',
    dimensions: { app: '$.app' },
    unit: 'requests',
  });
  const key = await operator.createKey(account);
  const events = ['checkout', 'checkout', 'search'].map((app) => cloudEvent({ type, data: { app } }));
  await sendEvents(server.url, key, events);
  await sendEvents(server.url, key, events);

  const usage = signedInPage
    .getByRole('table')
    .filter({ has: signedInPage.getByRole('rowheader', { name: 'search' }) });
  await expect(async () => {
    await signedInPage.goto(`/accounts/${account.id}/usage?meter=served-${name}&groupBy=app`);
    await expect(usage.first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  const row = (app: string) =>
    usage.first().getByRole('row', { name: app }).getByRole('cell').filter({ hasText: /\d/ });
  await expect(row('checkout')).toHaveText('2');
  await expect(row('search')).toHaveText('1');
});
