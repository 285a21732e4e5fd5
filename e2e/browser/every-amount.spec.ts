import { paths } from '../../app/paths.ts';
import { exact, exactSum } from '../../server/domain/testing/exact.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { APPS, HOUR_MS, test } from './many-amounts.ts';
import { amountIn, amountLinks, amountsOpened, expectToAddUp, sumOf } from './pages/amounts.ts';

test.describe('every amount', () => {
  test.use({ javaScriptEnabled: false });

  test('leads to a page about that amount, down to the day of a charge', async ({
    signedInPage: page,
    account,
    invoice,
  }) => {
    // It opens every page an amount leads to.
    test.setTimeout(600_000);
    const screens = [
      paths.account(account.id),
      paths.invoice(account.id, invoice.id),
      paths.invoices(account.id),
      paths.licenses(account.id),
    ];
    const waiting = screens.map((href): { from: string; href: string; said: string | null } => {
      return { from: 'the menu', href, said: null };
    });
    const seen = new Set<string>();
    for (let link = waiting.shift(); link !== undefined; link = waiting.shift()) {
      const { from, href, said } = link;
      if (seen.has(`${href} ${said}`)) continue;
      seen.add(`${href} ${said}`);
      await page.goto(href);
      await expectToAddUp(page);
      const opened = await amountsOpened(page);
      if (said !== null) {
        expect([from, href, opened]).toEqual([from, href, expect.arrayContaining([amountIn(said)])]);
      }
      for (const further of await amountLinks(page)) waiting.push({ from: href, ...further });
    }
    const followed = [...seen].join('\n');
    // Nothing of the kind was missed.
    for (const kind of [/\/days\/\S+\?app=/, /\?except=/, /\?license=/, /\/charges\/\S+\/days\//, /#of-no-day/]) {
      expect(followed).toMatch(kind);
    }
  });

  test('of usage leads to its charges', async ({ signedInPage: page, account, invoice }) => {
    for (const meter of ['crates', 'cranes']) {
      await page.goto(paths.usage(account.id, { meter, groupBy: 'app' }));
      const links = page.getByRole('link', { name: /^What .*costs$/ });
      const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      const sums: bigint[] = [];
      for (const href of hrefs) {
        await page.goto(href);
        await expectToAddUp(page);
        sums.push((await amountsOpened(page)).at(-1) ?? 0n);
      }
      const [whole = 0n, ...ofApps] = sums;
      const lines = invoice.lines.filter(({ priceKey }) => priceKey.startsWith(meter));
      expect(whole).toBe(exactSum(lines.map(({ amountExact }) => amountExact)));
      expect(ofApps.reduce((sum, amount) => sum + amount, 0n)).toBe(whole);
    }
  });

  test('of the totals opens to how it is computed', async ({ signedInPage: page, account, invoice }) => {
    await page.goto(paths.invoice(account.id, invoice.id));
    for (const row of ['Subtotal', 'Credit: Welcome', 'Tax, 8.25 %', 'Total, USD']) {
      await page.getByRole('row', { name: row }).locator('summary').first().click();
    }
    for (const [caption, amount] of [
      ['What the lines come to', invoice.subtotal],
      ['How tax is computed', invoice.tax],
      ['How the total is computed', invoice.total],
    ] as const) {
      const { sum, foot } = await sumOf(page, caption);
      expect([caption, sum, foot]).toEqual([caption, exact(amount), exact(amount)]);
    }
    const draw = await sumOf(page, 'What is drawn of Welcome');
    expect([draw.sum, draw.foot]).toEqual([exact(invoice.subtotal) - exact('1'), draw.sum]);
    const exactly = exactSum(invoice.lines.map(({ amountExact }) => amountExact));
    expect(amountIn((await page.getByText(/^Exactly, they come to/).textContent()) ?? '')).toBe(exactly);
  });
});

test('a day opens from its bar, by pointer and by keyboard', async ({ signedInPage: page, account, invoice }) => {
  const day = invoice.meteredThrough.slice(0, 10);
  await page.goto(paths.account(account.id));
  const chart = page.locator('.chart-opens');
  await expect(chart.locator('.recharts-surface').first()).toBeVisible();
  const box = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const days = new Date(Date.parse(invoice.period.to) - 1).getUTCDate();
  const x = box.x + 48 + ((box.width - 48) / days) * (Number(day.slice(8)) - 0.5);
  await page.mouse.move(x, box.y + 150);
  await expect(page.getByText('opens the day')).toBeVisible();
  await page.mouse.click(x, box.y + 150);
  await expect(page).toHaveURL(new RegExp(`/days/${day}$`));

  await page.goBack();
  await chart.locator('[tabindex="0"]').first().focus();
  // There and back: on the first of a month the second has not come.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('opens the day')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/days\/\d{4}-\d{2}-\d{2}$/);
});

test('a day that has not come is not a day of zero, and one of another month opens there', async ({
  signedInPage: page,
  account,
  invoice,
}) => {
  const from = Date.parse(invoice.period.from);
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  await page.goto(paths.day(account.id, dayOf(Date.parse(invoice.period.to) + 24 * HOUR_MS)));
  await expect(page.getByText('has not come yet')).toBeVisible();
  await expect(page.locator('main')).not.toContainText('$0.00');

  await page.goto(paths.day(account.id, dayOf(from)));
  await page.getByRole('link', { name: /^Previous/ }).click();
  await expect(page).toHaveURL(new RegExp(`/days/${dayOf(from - HOUR_MS)}$`));
  await expect(page.getByRole('link', { name: /^Invoice / }).first()).toHaveAttribute(
    'href',
    /\/invoices\/\d{4}-\d{2}$/,
  );
});

test.describe('what is no day', () => {
  test.use({ expectedErrors: /404/ });

  test('is not found, nor is a day of another account', async ({ signedInPage: page, account, operator, invoice }) => {
    const other = await operator.createAccount();
    const charge = invoice.lines[0]?.chargeId ?? '';
    const day = invoice.meteredThrough.slice(0, 10);
    for (const path of [
      paths.day(account.id, '2026-02-30'),
      paths.day(other.id, day),
      paths.chargeDay(account.id, charge, '2019-01-01'),
      paths.chargeDay(other.id, charge, day),
      paths.invoiceCharges(account.id, 'current', { license: 'nothing' }),
      paths.invoiceCharges(account.id, 'current', { meter: 'nothing' }),
    ]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
    }
  });
});

for (const width of [390, 1280]) {
  test(`is readable by everyone at ${width} px`, async ({ signedInPage: page, account, invoice }) => {
    test.slow();
    await page.setViewportSize({ width, height: 900 });
    const day = invoice.meteredThrough.slice(0, 10);
    const chargeOf = (price: string) => invoice.lines.find(({ priceKey }) => priceKey === price)?.chargeId ?? '';
    for (const path of [
      paths.day(account.id, day),
      paths.day(account.id, day, { exceptApps: APPS.slice(0, 4) }),
      paths.chargeDay(account.id, chargeOf('crates'), day),
      paths.chargeDay(account.id, chargeOf('cranes'), day),
      paths.invoiceCharges(account.id, invoice.id, { license: 'crates' }),
    ]) {
      await page.goto(path);
      await page.locator('main details').evaluateAll((all) => {
        for (const details of all) details.setAttribute('open', '');
      });
      expect(await barriersOn(page)).toEqual([]);
    }
  });
}
