import { randomUUID } from 'node:crypto';
import { cloudEvent, sendEvents } from '../support/events/cloud-event.ts';
import { barriersOn } from './barriers.ts';
import { test as base, expect } from './fixtures.ts';
import { UsagePage } from './pages/usage-page.ts';

interface Metered {
  /** A meter of this test alone that sums `$.amount` of its own event type, with the dimension `app`. */
  meter: { key: string; description: string };
  /** Sends events of the meter's type, each with an amount and an app, and waits until they are stored. */
  send: (...amounts: { amount: string; app?: string }[]) => Promise<void>;
  usagePage: UsagePage;
}

const test = base.extend<Metered>({
  meter: async ({ operator }, use) => {
    const key = `parcels-${randomUUID()}`;
    const description = `Parcels ${key.slice(-6)}`;
    const dimensions = { app: '$.app' };
    await operator.defineMeter(key, {
      description,
      eventType: key,
      aggregation: 'sum',
      valuePath: '$.amount',
      dimensions,
      unit: 'parcels',
    });
    await use({ key, description });
  },
  send: async ({ operator, account, meter, server }, use) => {
    const secret = await operator.createKey(account);
    await use((...amounts) =>
      sendEvents(
        server.url,
        secret,
        amounts.map((data) => cloudEvent({ type: meter.key, subject: data.app ?? 'app-1', data })),
      ),
    );
  },
  usagePage: async ({ signedInPage, account }, use) => use(new UsagePage(signedInPage, account.id)),
});

test('shows what was metered, by group, and every digit in the table', async ({ usagePage, meter, send }) => {
  await send(
    { amount: '1200.25', app: 'north' },
    { amount: '34.5', app: 'south' },
    { amount: '0.000001', app: 'south' },
  );
  await usagePage.open({ meter: meter.key });
  await expect(usagePage.headline).toContainText('1,234.75 parcels');
  await expect(usagePage.headline).toContainText('1,234.750001 parcels');
  await expect(usagePage.meter(meter.description)).toContainText('1,234.75');
  await expect(usagePage.groups.getByRole('row', { name: /north/ })).toContainText('1,200.25');

  await usagePage.page.getByRole('link', { name: 'Table' }).click();
  const sum = usagePage.days.getByRole('row', { name: /^Sum/ });
  await expect(sum.getByRole('cell')).toHaveText(['1,234.750001', '1,200.250000', '34.500001']);
  await usagePage.page.getByRole('link', { name: 'resource', exact: true }).click();
  await expect(usagePage.page).toHaveURL(/groupBy=subject.*view=table|view=table.*groupBy=subject/);
});

test('copies every digit of a rounded number', async ({ usagePage, meter, send, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await send({ amount: '1234.56789' });
  await usagePage.open({ meter: meter.key });
  await usagePage.groups.getByRole('row', { name: /^Sum/ }).getByText('1,234.57').click({ clickCount: 3 });
  await usagePage.page.keyboard.press('ControlOrMeta+c');
  expect(await usagePage.page.evaluate(() => navigator.clipboard.readText())).toBe('1,234.56789 parcels');
});

test('says that nothing was metered, never 0, and how to send a first event', async ({ usagePage, meter }) => {
  await usagePage.open({ meter: meter.key });
  await expect(usagePage.headline).toContainText(/No usage metered/);
  await expect(usagePage.meter(meter.description)).toContainText('none metered');
  await expect(usagePage.page.getByRole('region', { name: /No usage in/ })).toContainText('/api/v1/events');
});

test('moves as events are accepted, and lists them', async ({ usagePage, meter, send }) => {
  await usagePage.open({ meter: meter.key });
  await expect(usagePage.state).toHaveText('Live');
  await send({ amount: '7', app: 'north' });
  await expect(usagePage.meter(meter.description)).toContainText('7');
  await expect(usagePage.headline).toContainText('7 parcels');
  await expect(usagePage.feed.first()).toContainText('+7 parcels');
});

test('shows any text that a meter of distinct values reads', async ({ usagePage, operator, meter, send }) => {
  await operator.defineMeter(`${meter.key}-senders`, {
    description: 'Senders',
    eventType: meter.key,
    aggregation: 'unique',
    valuePath: '$.app',
    dimensions: {},
    unit: 'senders',
  });
  await usagePage.open({ meter: meter.key });
  await expect(usagePage.state).toHaveText('Live');
  await send({ amount: '2', app: 'north-1 <b>' });
  await expect(usagePage.feed.first()).toContainText('+2 parcels');
  await expect(usagePage.feed.first()).toContainText('north-1 <b>');
  await expect(usagePage.headline).toContainText('2 parcels');
});

test('holds still while paused, counts what it holds back, and then shows it', async ({ usagePage, meter, send }) => {
  await send({ amount: '1' });
  await usagePage.open({ meter: meter.key });
  await expect(usagePage.state).toHaveText('Live');
  // Pausing freezes what is there: the first event must be metered before.
  await expect(usagePage.headline).toContainText('1 parcels');
  await usagePage.pause.click();
  await expect(usagePage.state).toHaveText('Paused');
  await send({ amount: '2' }, { amount: '3' });
  await expect(usagePage.page.getByText('2 events held back')).toBeVisible();
  await expect(usagePage.headline).toContainText('1 parcels');
  await usagePage.resume.click();
  await expect(usagePage.headline).toContainText('6 parcels');
  await expect(usagePage.feed.filter({ hasText: '+2 parcels' })).toHaveCount(1);
  await expect(usagePage.feed.filter({ hasText: '+3 parcels' })).toHaveCount(1);
});

test('does not run live in a month that is over', async ({ usagePage, meter }) => {
  await usagePage.open({ meter: meter.key });
  await usagePage.page.getByRole('link', { name: /^Previous/ }).click();
  await expect(usagePage.state).toHaveText('Closed month');
  await expect(usagePage.pause).toBeHidden();
  await usagePage.page.getByRole('link', { name: 'Current month' }).click();
  await expect(usagePage.pause).toBeVisible();
});

test.describe('what does not exist', () => {
  test.use({ expectedErrors: /404/ });

  test('is said in words, with the frame around it', async ({ usagePage }) => {
    await usagePage.open({ meter: 'no-such-meter' });
    await expect(usagePage.page.getByRole('heading', { name: 'Not found' })).toBeVisible();
    await expect(usagePage.page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  });

  test('includes the accounts of others', async ({ signedInPage, operator }) => {
    const other = await operator.createAccount();
    await new UsagePage(signedInPage, other.id).open();
    await expect(signedInPage.getByRole('heading', { name: 'Not found' })).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('reads the same, in chart and table, and says how to see newer numbers', async ({ usagePage, meter, send }) => {
    await send({ amount: '41', app: 'north' }, { amount: '1', app: 'south' });
    await expect(async () => {
      await usagePage.open({ meter: meter.key });
      await expect(usagePage.headline).toContainText('42 parcels', { timeout: 500 });
    }).toPass();
    await expect(usagePage.page.getByRole('img', { name: /by day/ })).toBeVisible();
    // Playwright's text engine passes over <noscript>, which is what this is about.
    await expect(usagePage.page.locator('noscript p', { hasText: 'Live updates need JavaScript' })).toBeVisible();
    await usagePage.page.getByRole('link', { name: 'Table' }).click();
    await expect(usagePage.days.getByRole('row', { name: /^Sum/ })).toContainText('42');
  });
});

for (const view of ['chart', 'table'] as const) {
  test(`has no accessibility violation: ${view}`, async ({ usagePage, meter, send }) => {
    // The checker reads every style of every element, which takes its time on a busy machine.
    test.slow();
    await send({ amount: '1200.25', app: 'north' }, { amount: '34.5', app: 'south' });
    await usagePage.open({ meter: meter.key, view });
    await expect(usagePage.state).toHaveText('Live');
    expect(await barriersOn(usagePage.page)).toEqual([]);
  });
}

test('fits 320 pixels without scrolling sideways', async ({ usagePage, meter, send }) => {
  await usagePage.page.setViewportSize({ width: 320, height: 640 });
  await send({ amount: '123456789012.125', app: 'an-app-with-a-name-that-goes-on-and-on-and-never-ends' });
  for (const view of ['chart', 'table'] as const) {
    await usagePage.open({ meter: meter.key, view });
    await expect(usagePage.state).toHaveText('Live');
    expect(await usagePage.sideways()).toBe(0);
  }
});
