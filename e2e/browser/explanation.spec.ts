import type { Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { barriersOn } from './barriers.ts';
import { test as base, expect } from './fixtures.ts';

interface Line {
  chargeId: string;
  amount: string;
  amountExact: string;
}

const EVENTS = 70;
const PER_EVENT = 137;

/** An account with one charge in three tiers, made of more events of two resources than fit on a page. */
const test = base.extend<{ line: Line }>({
  line: async ({ operator, account, server }, use) => {
    await operator.defineMeter('parcels', {
      description: 'Parcels',
      eventType: 'parcel.sent',
      aggregation: 'sum',
      valuePath: '$.grams',
      dimensions: {},
      unit: 'grams',
    });
    const tiers = [
      { upTo: '1000', unitAmount: '0.0123' },
      { upTo: '5000', unitAmount: '0.0077' },
      { upTo: null, unitAmount: '0.0031' },
    ];
    const price = { key: 'parcels', meter: 'parcels', description: 'Parcels', model: 'graduated', tiers };
    const version = { effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD', prices: [price] };
    await operator.request('POST', '/api/v1/rate-cards/explanation-test/versions', version).catch((error: Error) => {
      // Another test of this worker has written it.
      if (!error.message.includes('answered 409')) throw error;
    });
    const under = `/api/v1/accounts/${account.id}`;
    await operator.request('PUT', `${under}/rate-card`, { key: 'explanation-test' });
    const from = Date.now() - EVENTS * 1_000;
    const events = Array.from({ length: EVENTS }, (_, i) =>
      cloudEvent({
        type: 'parcel.sent',
        subject: i % 3 === 0 ? 'depot/north' : 'depot/south',
        time: new Date(from + i * 1_000).toISOString(),
        data: { grams: PER_EVENT, by: 'robin' },
      }),
    );
    const received = lastReceived(await receiptsOf(server.url, await operator.createKey(account), events));
    let invoice: { lines: Line[]; meteredThrough: string };
    do {
      invoice = (await operator.request('GET', `${under}/invoices/current`)) as typeof invoice;
    } while (invoice.meteredThrough < received);
    await use(invoice.lines[0] as Line);
  },
});

/** 10⁻¹² of the currency, exactly. */
function exact(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replaceAll(',', '').split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

/** The last column of a table of numbers, row by row. */
async function amountsOn(page: Page): Promise<bigint[]> {
  const cells = await page.locator('tbody tr td:last-child').allInnerTexts();
  return cells.map((cell) => exact(cell.trim()));
}

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** The events of the page shown and of all after it. */
async function eventAmounts(page: Page): Promise<bigint[]> {
  const all: bigint[] = [];
  for (;;) {
    all.push(...(await amountsOn(page)));
    const next = page.getByRole('link', { name: 'Next page' });
    if ((await next.count()) === 0) return all;
    const first = page.getByRole('table', { name: 'Events' }).getByRole('row').nth(1).getByRole('rowheader');
    const before = (await first.getAttribute('aria-label')) ?? '';
    await next.click();
    await expect(first).not.toHaveAttribute('aria-label', before);
  }
}

test.describe('from an amount down to its events', () => {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
      test.use({ javaScriptEnabled });

      test('in four clicks, and every level adds up to the one above', async ({
        signedInPage: page,
        account,
        line,
      }) => {
        await page.goto(paths.account(account.id));
        await page.getByRole('region', { name: 'Largest charges' }).getByRole('link').first().click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Parcels');
        await expect(page.getByText(`${EVENTS} events add up to`)).toContainText('exactly');
        await expect(page.getByRole('listitem').filter({ hasText: 'Tier 3 was entered' })).toBeVisible();

        const resources = page.getByRole('table', { name: 'What each resource adds to the charge' });
        const each = (await resources.locator('tbody tr td:last-child').allInnerTexts()).map(exact);
        expect(each).toHaveLength(2);
        expect(sum(each)).toBe(exact(line.amountExact));

        await resources.getByRole('link', { name: 'depot/south' }).click();
        await page.getByRole('link', { name: 'Its events' }).click();
        await expect(page.getByRole('heading', { name: 'Events of depot/south' })).toBeVisible();
        expect(sum(await eventAmounts(page))).toBe(each[0]);

        await page.goto(paths.chargeEvents(account.id, line.chargeId));
        const all = await eventAmounts(page);
        expect(all).toHaveLength(EVENTS);
        expect(sum(all)).toBe(exact(line.amountExact));

        await page.locator('details summary').first().click();
        await expect(page.locator('.envelope').first()).toContainText('"by": "robin"');
        await page.getByRole('link', { name: 'What became of it' }).first().click();
        await expect(page.getByRole('heading', { name: 'Accepted' })).toBeVisible();
        await page.getByRole('link', { name: /^Parcels: / }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Parcels');
      });

      test('a link shows it to whoever has it, until it is taken back', async ({
        signedInPage: page,
        account,
        line,
        browser,
        server,
      }) => {
        await page.goto(paths.charge(account.id, line.chargeId));
        await page.getByRole('button', { name: 'Make a link' }).click();
        const url = (await page.getByRole('link', { name: `${server.url}/s/` }).getAttribute('href')) ?? '';

        const stranger = await (await browser.newContext({ javaScriptEnabled })).newPage();
        const response = await stranger.goto(url);
        expect(response?.headers()).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
        await expect(stranger.getByText('It does not change.')).toBeVisible();
        await expect(stranger.getByText(`${EVENTS} events add up to`)).toBeVisible();
        await expect(stranger.getByRole('link', { name: 'The charge as it is now' })).toHaveCount(0);
        const text = await stranger.locator('main').textContent();
        // Everything it leads to is below it, and adds up.
        const { pathname } = new URL(url);
        for (const link of await stranger.locator('main a').all()) {
          expect(await link.getAttribute('href')).toMatch(new RegExp(`^${pathname}/(events|resources/)`));
        }
        await stranger.getByRole('link', { name: 'All events' }).click();
        await expect(stranger.getByRole('heading', { name: 'Events', exact: true })).toBeVisible();
        expect(sum(await eventAmounts(stranger))).toBe(exact(line.amountExact));
        await stranger.goto(url);
        await stranger.getByRole('link', { name: 'depot/south' }).click();
        await expect(stranger.getByRole('table', { name: 'Hours with usage' })).toBeVisible();
        await stranger.getByRole('link', { name: 'Its events' }).click();
        await expect(stranger.getByRole('heading', { name: 'Events of depot/south' })).toBeVisible();
        await stranger.goto(url);

        await page.goto(url);
        await expect(page.getByText('Nothing changed since.')).toBeVisible();
        await page.getByRole('link', { name: 'The charge as it is now' }).click();
        await page.getByText('who opened it').click();
        await expect(page.getByText('127.0.0.0/24').first()).toBeVisible();

        await stranger.reload();
        expect(await stranger.locator('main').textContent()).toBe(text);
        await page.getByRole('button', { name: 'Take back' }).click();
        await expect(page.getByText(/taken back/).last()).toBeVisible();
        const gone = await stranger.goto(url);
        expect(gone?.status()).toBe(410);
        const never = await stranger.goto(`${server.url}/s/${'A'.repeat(43)}`);
        expect(never?.status()).toBe(410);
        await expect(stranger.getByRole('heading', { name: 'This link opens nothing' })).toBeVisible();
      });
    });
  }

  for (const width of [320, 1280]) {
    test(`is readable by everyone at ${width} px`, async ({ signedInPage: page, account, line }) => {
      await page.setViewportSize({ width, height: 900 });
      const { chargeId } = line;
      for (const path of [
        paths.charge(account.id, chargeId),
        paths.chargeResource(account.id, chargeId, 'depot/south'),
        paths.chargeEvents(account.id, chargeId),
        paths.event(account.id),
      ]) {
        await page.goto(path);
        expect(await barriersOn(page)).toEqual([]);
      }
    });
  }

  test('nothing of another account opens', async ({ signedInPage: page, operator, line }) => {
    const other = await operator.createAccount();
    for (const path of [
      paths.charge(other.id, line.chargeId),
      paths.chargeEvents(other.id, line.chargeId),
      paths.chargeResource(other.id, line.chargeId, 'depot/south'),
    ]) {
      const response = await page.request.get(path);
      expect(response.status()).toBe(404);
      expect(await response.text()).not.toContain('depot');
    }
  });
});
