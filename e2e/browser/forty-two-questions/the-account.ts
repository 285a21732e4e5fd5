import type { Browser } from '@playwright/test';
import { clockText } from '../../../app/format/clock.ts';
import { monthText } from '../../../app/format/time.ts';
import { test } from '../demo-fixtures.ts';
import { expect } from '../fixtures.ts';
import { ExplanationPage } from '../pages/explanation-page.ts';
import { ADA, ROBIN } from './customers.ts';

/** Invoices as a list, days as a table, and a link for somebody else. */
export function theAccount() {
  test('every month has one invoice, by its number', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.follow(walk.page.getByRole('link', { name: 'Invoices', exact: true }));
    for (const month of [time.last, time.before, 0]) {
      await expect(walk.main.getByRole('link', { name: monthText(time.key(month)), exact: true })).toHaveCount(1);
    }
    const numbers = await walk.main.getByRole('cell', { name: /^TERN-\d+$/ }).allTextContents();
    expect(numbers.length).toBeGreaterThanOrEqual(2);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('how fresh it is, and where it heads', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.says(/metered through/i, 'so far, estimated', `Expected for ${monthText(time.key(3)).split(' ')[0]}`);
    await walk.says('before each charge is rounded once', /between \$[\d,.]+ and \$[\d,.]+|\$[\d,.]+ to the cent/);
    expect(walk.clicks).toBe(0);
  });

  test('what each service used each day', async ({ signedInAs }) => {
    const walk = await signedInAs(...ADA);
    await walk.follow(walk.page.getByRole('link', { name: 'Usage', exact: true }));
    // Add-ons are the first of the meters, which is the one that is shown.
    const byService = walk.main.getByRole('link', { name: 'service', exact: true }).first();
    await walk.follow(byService);
    await expect(byService).toHaveAttribute('aria-current', 'true');
    await walk.follow(walk.main.getByRole('link', { name: 'Table', exact: true }).first());
    const days = walk.main.getByRole('table', { name: 'Add-ons by day and service, in h:min:s' });
    await expect(days.getByRole('columnheader', { name: 'mailroom' })).toBeVisible();
    // Two of them, every whole day.
    const first = days.locator('tbody').getByRole('row').first();
    await expect(first).toContainText(clockText(String(2 * 86_400)));
    expect(walk.clicks).toBe(3);
  });

  test('a link for the bookkeeper, who cannot sign in', async ({ signedInAs, time, server, browser }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Basic dynos tern-promo · web');
    const url = await new ExplanationPage(walk.page).makeLink();
    await expect(walk.page.getByRole('link', { name: `${server.url}/s/` })).toHaveAttribute('href', url);
    expect(await textAt(browser, url)).toContain('79,556 dyno-seconds');
  });
}

/** What somebody without a session reads at an address. */
async function textAt(browser: Browser, url: string): Promise<string | null> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const text = await page.getByRole('main').textContent();
  await context.close();
  return text;
}
