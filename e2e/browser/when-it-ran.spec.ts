import { paths } from '../../app/paths.ts';
import { exact } from '../../server/domain/testing/exact.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { test } from './many-amounts.ts';
import { amountIn } from './pages/amounts.ts';

test.describe('a charge of what ran', () => {
  test.use({ javaScriptEnabled: false });

  test('shows when, what cost most, and in words what began and ended it', async ({
    signedInPage: page,
    account,
    invoice,
  }) => {
    const line = invoice.lines.find(({ priceKey, lineValues }) => priceKey === 'cranes' && lineValues.app === 'north');
    const { chargeId = '', amountExact = '0' } = line ?? {};
    await page.goto(paths.charge(account.id, chargeId));

    await test.step('each slot has its stretch, in the table that says the same as the picture', async () => {
      const region = page.getByRole('region', { name: 'When it ran' });
      await region.getByText('The same as a table').click();
      const table = region.getByRole('table', { name: 'When it ran' });
      for (const slot of [1, 2, 3])
        await expect(table.getByRole('rowheader', { name: `north, slot ${slot}` })).toBeVisible();
    });

    await test.step('its intervals add up to it, and each leads to the event that began it', async () => {
      const table = page.getByRole('table', { name: 'Intervals that cost most' });
      const cells = await table.locator('tbody tr td:last-child').allInnerTexts();
      expect(cells.reduce((sum, cell) => sum + amountIn(cell), 0n)).toBe(exact(amountExact));
      await expect(table.getByRole('row').filter({ hasText: 'slot 3' })).toContainText(
        'begun by crane north to 3, ended by crane north to 0',
      );
    });

    await test.step('so do its events', async () => {
      const table = page.getByRole('table', { name: 'Events that cost most' });
      const cells = await table.locator('tbody tr td:last-child').allInnerTexts();
      expect(cells.reduce((sum, cell) => sum + amountIn(cell), 0n)).toBe(exact(amountExact));
      await table.getByRole('link', { name: 'crane north to 2' }).click();
      await expect(page.getByRole('heading', { name: 'Accepted' })).toBeVisible();
      await page.goBack();
    });

    await test.step('the resource lists what cost most first, or what ran first', async () => {
      const resources = page.getByRole('table', { name: 'What each resource adds to the charge' });
      await resources.getByRole('link', { name: 'north' }).click();
      const amounts = async () => {
        const cells = await page
          .getByRole('table', { name: 'Intervals' })
          .locator('tbody td:last-child')
          .allInnerTexts();
        return cells.map((cell) => amountIn(cell));
      };
      const byAmount = await amounts();
      expect(byAmount).toEqual([...byAmount].sort((a, b) => (a > b ? -1 : 1)));
      await page.getByRole('link', { name: 'By time' }).click();
      await expect(page.getByText('In time.')).toBeVisible();
      const byTime = await amounts();
      expect(byTime.reduce((sum, each) => sum + each, 0n)).toBe(byAmount.reduce((sum, each) => sum + each, 0n));
    });
  });
});

for (const width of [320, 1280]) {
  test(`a charge of what ran is readable by everyone at ${width} px`, async ({
    signedInPage: page,
    account,
    invoice,
  }) => {
    // Every element of several pages is looked at.
    test.setTimeout(240_000);
    await page.setViewportSize({ width, height: 900 });
    const { chargeId = '' } = invoice.lines.find(({ priceKey }) => priceKey === 'cranes') ?? {};
    for (const path of [
      paths.charge(account.id, chargeId),
      paths.chargeResource(account.id, chargeId, 'north', { order: 'time' }),
    ]) {
      await page.goto(path);
      expect(await barriersOn(page)).toEqual([]);
    }
  });
}
