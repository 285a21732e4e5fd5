import type { Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { test } from './one-charge.ts';
import { ExplanationPage } from './pages/explanation-page.ts';

/** Shares the charge with a note. @returns the link's address */
async function share(page: Page, accountId: string, chargeId: string, note: string): Promise<string> {
  await page.goto(paths.charge(accountId, chargeId));
  return new ExplanationPage(page).makeLink(note);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('all links of an account, who opened them, and the way back', async ({
      signedInPage: page,
      account,
      user,
      chargeId,
    }) => {
      await share(page, account.id, chargeId, 'for the bookkeeper');
      const url = await share(page, account.id, chargeId, 'for the board');
      await page.goto(url);
      await page.goto(paths.charge(account.id, chargeId));
      await page.getByRole('link', { name: `All links of ${account.name}` }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Links');

      const rows = page.getByRole('table', { name: 'Links, newest first' }).locator('tbody').getByRole('row');
      await expect(rows).toHaveCount(2);
      await expect(rows.first()).toContainText('for the board');
      await expect(rows.first()).toContainText(`by ${user.name}`);
      await expect(rows.first().getByRole('cell', { name: '1', exact: true })).toBeVisible();
      await expect(rows.last()).toContainText('for the bookkeeper');
      await rows.first().getByText('who opened it').click();
      await expect(rows.first()).toContainText('127.0.0.0/24, signed in');

      await rows.first().getByRole('button', { name: 'Take back' }).click();
      await expect(rows.first()).toContainText('taken back');
      await expect(rows.first()).toContainText('ended');
      await expect(rows.first().getByRole('button')).toHaveCount(0);
      expect((await page.request.get(url)).status()).toBe(410);
      await rows
        .last()
        .getByRole('link', { name: /^Postcards/ })
        .click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Postcards');
    });
  });
}

test('many go over pages, each link once', async ({ signedInPage: page, operator, account, chargeId }) => {
  const path = `/api/v1/accounts/${account.id}/explanation-links`;
  for (let i = 0; i < 51; i++) await operator.request('POST', path, { chargeId, note: `number ${i}` });
  await page.goto(paths.links(account.id));
  const rows = page.getByRole('table', { name: 'Links, newest first' }).locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(50);
  await expect(rows.first()).toContainText('number 50');
  await page.getByRole('link', { name: 'Older links' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('number 0');
});

test('nobody else sees them', async ({ signedInPage: page, operator, account, chargeId }) => {
  await share(page, account.id, chargeId, 'mine');
  const other = await operator.createAccount();
  expect((await page.request.get(paths.links(other.id))).status()).toBe(404);
});

for (const width of [320, 1280]) {
  test(`everyone can read them at ${width} px`, async ({ signedInPage: page, account, chargeId }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(paths.links(account.id));
    await expect(page.getByText('No charge has been shared yet.')).toBeVisible();
    await share(
      page,
      account.id,
      chargeId,
      'a note that is rather long, with aWordOfMoreThanFortyLettersThatHasNoSpace',
    );
    await page.goto(paths.links(account.id));
    expect(await barriersOn(page)).toEqual([]);
  });
}
