import { paths } from '../../app/paths.ts';
import { type CloudEvent, cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { barriersOn } from './barriers.ts';
import { test as base, expect } from './fixtures.ts';

interface Invoice {
  lines: { chargeId: string; amount: string; description: string }[];
  total: string;
  meteredThrough: string;
}

interface SpendFixtures {
  /** What the account's invoice says over the API, once the account's events are in it. */
  invoice: Invoice;
}

const CARD = 'spend-test';

/** An account with a license, a credit, one priced and one unpriced meter, and usage since the first of the month. */
const test = base.extend<SpendFixtures>({
  invoice: async ({ operator, account, server }, use) => {
    const dimensions = { app: '$.app', team: '$.team' };
    await operator.defineMeter('letters', {
      description: 'Letters',
      eventType: 'letter.sent',
      aggregation: 'sum',
      valuePath: '$.count',
      dimensions,
      unit: 'letters',
    });
    await operator.defineMeter('stamps', {
      description: 'Stamps',
      eventType: 'stamp.used',
      aggregation: 'count',
      dimensions,
      unit: 'stamps',
    });
    const version = {
      effectiveFrom: '2025-01-01T00:00:00Z',
      currency: 'USD',
      prices: [
        {
          key: 'letters',
          meter: 'letters',
          description: 'Letters',
          model: 'per_unit',
          unitAmount: '0.0333',
          lineBy: ['app'],
        },
      ],
    };
    await operator.request('POST', `/api/v1/rate-cards/${CARD}/versions`, version).catch((error: Error) => {
      // Another test of this worker has written it.
      if (!error.message.includes('answered 409')) throw error;
    });
    const under = `/api/v1/accounts/${account.id}`;
    await operator.request('PUT', `${under}/rate-card`, { key: CARD });
    await operator.request('PUT', `${under}/licenses/letters`, {
      product: 'Letters a month',
      quantity: '100',
      unit: 'letters',
      measure: 'max',
      weights: { letters: '1' },
      from: '2025-01-01T00:00:00Z',
      to: '2035-01-01T00:00:00Z',
    });
    await operator.request('POST', `${under}/credits`, { amount: '1.00', reason: 'Welcome' });
    const key = await operator.createKey(account);
    const event = (type: string, app: string, data: object): CloudEvent =>
      cloudEvent({ type, subject: app, data: { app, team: 'post', ...data } });
    const receipts = await receiptsOf(server.url, key, [
      event('letter.sent', 'north', { count: 250 }),
      event('letter.sent', 'south', { count: 7 }),
      event('stamp.used', 'north', {}),
    ]);
    for (;;) {
      const invoice = (await operator.request('GET', `${under}/invoices/current`)) as Invoice;
      if (invoice.meteredThrough >= lastReceived(receipts)) {
        await use(invoice);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
});

test('says what the month costs, and each amount leads to its charge', async ({
  signedInPage: page,
  account,
  invoice,
}) => {
  // 257 letters, 100 of them licensed: 157 × 0.0333 in two lines, each rounded once, less a dollar of credit.
  expect(invoice.lines.map(({ amount }) => amount).sort()).toEqual(['0.23', '5.00'].sort());
  expect(invoice.total).toBe('4.23');
  await page.goto(paths.account(account.id));
  await expect(page.getByRole('heading', { level: 1, name: 'This month so far' })).toBeVisible();
  await expect(page.getByRole('link', { name: '$4.23' }).first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Unpriced usage' })).toContainText('1 stamps');
  await page.getByRole('region', { name: 'Largest charges' }).getByRole('link', { name: '$5.00' }).click();
  await expect(page).toHaveURL(
    new RegExp(`/charges/${invoice.lines.find(({ amount }) => amount === '5.00')?.chargeId}$`),
  );
  await page.getByRole('link', { name: /^Invoice / }).click();
  await expect(page.getByRole('row', { name: /^Total/ })).toContainText('$4.23');
  await expect(page.getByRole('row', { name: /^Credit: Welcome/ })).toContainText('−$1.00');
});

test('shows what of the license is used, and what went beyond', async ({ signedInPage: page, account, invoice }) => {
  expect(invoice.lines).toHaveLength(2);
  await page.goto(paths.licenses(account.id));
  const license = page.getByRole('region', { name: 'Letters a month' });
  await expect(license).toContainText('100 letters of 100 letters');
  await expect(license.getByRole('row', { name: /^post/ })).toContainText('100 letters');
});

test('lists the open period first, and tells it from what is final', async ({
  signedInPage: page,
  account,
  invoice,
}) => {
  expect(invoice.total).toBe('4.23');
  await page.goto(paths.invoices(account.id));
  const first = page
    .getByRole('table', { name: /Invoices/ })
    .getByRole('row')
    .nth(1);
  await expect(first).toContainText('so far, estimated');
  await expect(first).toContainText('$4.23');
});

test('says in words that an account without prices is charged nothing', async ({ signedInPage: page, account }) => {
  await page.goto(paths.account(account.id));
  await expect(page.getByRole('heading', { name: 'No prices yet' })).toBeVisible();
});

test.describe('of others', () => {
  test.use({ expectedErrors: /404/ });

  test('is not found', async ({ signedInPage: page, operator }) => {
    const other = await operator.createAccount();
    for (const path of [paths.account(other.id), paths.invoices(other.id), paths.licenses(other.id)]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
    }
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('reads the same', async ({ signedInPage: page, account, invoice }) => {
    await page.goto(paths.account(account.id));
    await expect(page.getByRole('link', { name: `$${invoice.total}` }).first()).toBeVisible();
    await page.goto(paths.invoice(account.id, 'current'));
    await expect(page.getByRole('row', { name: /^Total/ })).toContainText(`$${invoice.total}`);
  });
});

test('has no accessibility violation and fits 320 pixels', async ({ signedInPage: page, account, invoice }) => {
  test.slow();
  expect(invoice.total).toBe('4.23');
  await page.setViewportSize({ width: 320, height: 640 });
  const screens = [
    paths.account(account.id),
    paths.licenses(account.id),
    paths.invoices(account.id),
    paths.invoice(account.id, 'current'),
  ];
  for (const screen of screens) {
    await page.goto(screen);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await barriersOn(page)).toEqual([]);
  }
});
