import { paths } from '../../app/paths.ts';
import { exact } from '../../server/domain/testing/exact.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { barriersOn } from './barriers.ts';
import { test as base, expect } from './fixtures.ts';
import { ExplanationPage, sum } from './pages/explanation-page.ts';

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

test.describe('from an amount down to its events', () => {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
      test.use({ javaScriptEnabled });

      test('in four clicks, and every level adds up to the one above', async ({
        signedInPage: page,
        account,
        line,
      }) => {
        const explanation = new ExplanationPage(page);
        const whole = exact(line.amountExact);

        await test.step('the overview leads to the charge, which says how it came about', async () => {
          await page.goto(paths.account(account.id));
          await page.getByRole('region', { name: 'Largest charges' }).getByRole('link').first().click();
          await expect(page.getByRole('heading', { level: 1 })).toHaveText('Parcels');
          await expect(page.getByText(`${EVENTS} events add up to`)).toContainText('exactly');
          await expect(page.getByRole('listitem').filter({ hasText: 'Tier 3 was entered' })).toBeVisible();
        });

        await test.step('its resources add up to it, and the events of one to that one', async () => {
          const each = await explanation.resourceAmounts();
          expect(each).toHaveLength(2);
          expect(sum(each)).toBe(whole);
          await explanation.resources.getByRole('link', { name: 'depot/south' }).click();
          await explanation.openItsEvents('depot/south');
          expect(sum(await explanation.eventAmounts())).toBe(each[0]);
        });

        await test.step('all its events add up to it', async () => {
          await page.goto(paths.chargeEvents(account.id, line.chargeId));
          const all = await explanation.eventAmounts();
          expect(all).toHaveLength(EVENTS);
          expect(sum(all)).toBe(whole);
        });

        await test.step('its pages lead back, and to a day', async () => {
          await page.goto(paths.chargeEvents(account.id, line.chargeId));
          await explanation.nextPage.click();
          await expect(explanation.events.getByRole('row')).toHaveCount(1 + EVENTS - 50);
          await page.getByRole('link', { name: 'Previous page' }).click();
          await expect(explanation.events.getByRole('row')).toHaveCount(1 + 50);
          await page.getByLabel('From day').fill(new Date().toISOString().slice(0, 10));
          await page.getByRole('button', { name: 'Go' }).click();
          await expect(page).toHaveURL(/day=/);
          await expect(page.getByRole('link', { name: 'Previous page' })).toBeVisible();
          await page.goto(paths.chargeEvents(account.id, line.chargeId));
        });

        await test.step('an event says in words what it is of, shows what was sent, and leads back to the charge', async () => {
          await expect(page.locator('details summary').first()).toContainText('parcel north');
          await page.locator('details summary').first().click();
          await expect(page.locator('.envelope').first()).toContainText('"by": "robin"');
          await page.getByRole('link', { name: 'What became of it' }).first().click();
          await expect(page.getByRole('heading', { name: 'Accepted' })).toBeVisible();
          await page.getByRole('link', { name: /^Parcels: / }).click();
          await expect(page.getByRole('heading', { level: 1 })).toHaveText('Parcels');
        });
      });

      test('a link shows it to whoever has it, until it is taken back', async ({
        signedInPage: page,
        account,
        line,
        browser,
        server,
      }) => {
        await page.goto(paths.charge(account.id, line.chargeId));
        const url = await new ExplanationPage(page).makeLink();
        await expect(page.getByRole('link', { name: `${server.url}/s/` })).toHaveAttribute('href', url);
        const stranger = await (await browser.newContext({ javaScriptEnabled })).newPage();
        const shared = new ExplanationPage(stranger);
        let text: string | null = null;

        await test.step('a stranger reads it, and nothing but what is below it', async () => {
          const response = await stranger.goto(url);
          expect(response?.headers()).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
          await expect(stranger.getByText('It does not change.')).toBeVisible();
          await expect(stranger.getByText(`${EVENTS} events add up to`)).toBeVisible();
          await expect(stranger.getByRole('link', { name: 'The charge as it is now' })).toHaveCount(0);
          text = await stranger.locator('main').textContent();
          const { pathname } = new URL(url);
          for (const link of await stranger.locator('main a').all()) {
            expect(await link.getAttribute('href')).toMatch(new RegExp(`^${pathname}/(events|resources/)`));
          }
        });

        await test.step('its events add up, and a resource has its hours and events', async () => {
          await stranger.getByRole('link', { name: 'All events' }).click();
          await expect(stranger.getByRole('heading', { name: 'Events', exact: true })).toBeVisible();
          expect(sum(await shared.eventAmounts())).toBe(exact(line.amountExact));
          await stranger.goto(url);
          await shared.openResource('depot/south');
          await expect(stranger.getByRole('table', { name: 'Hours with usage' })).toBeVisible();
          await shared.openItsEvents('depot/south');
          await stranger.goto(url);
        });

        await test.step('whoever made it sees that nothing changed since, and from where it was opened', async () => {
          await page.goto(url);
          await expect(page.getByText('Nothing changed since.')).toBeVisible();
          await page.getByRole('link', { name: 'The charge as it is now' }).click();
          await page.getByText('who opened it').click();
          await expect(page.getByText('127.0.0.0/24').first()).toBeVisible();
        });

        await test.step('it stays as it was until it is taken back, and is then like one that never was', async () => {
          await stranger.reload();
          expect(await stranger.locator('main').textContent()).toBe(text);
          await new ExplanationPage(page).takeBack();
          const gone = await stranger.goto(url);
          expect(gone?.status()).toBe(410);
          const never = await stranger.goto(`${server.url}/s/${'A'.repeat(43)}`);
          expect(never?.status()).toBe(410);
          await expect(stranger.getByRole('heading', { name: 'This link opens nothing' })).toBeVisible();
        });
      });
    });
  }

  for (const width of [320, 1280]) {
    test(`is readable by everyone at ${width} px`, async ({ signedInPage: page, account, line }) => {
      // Every element of four pages is looked at.
      test.setTimeout(240_000);
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
