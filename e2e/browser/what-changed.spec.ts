import type { Page } from '@playwright/test';
import { dayOf } from '../../app/format/time.ts';
import { paths } from '../../app/paths.ts';
import { barriersOn } from './barriers.ts';
import { test } from './demo-fixtures.ts';
import { expect } from './fixtures.ts';
import { amountIn, amountsOpened, expectToAddUp, saidBy } from './pages/amounts.ts';
import { ExplanationPage } from './pages/explanation-page.ts';

test.setTimeout(300_000);

/** The page is about that difference. */
async function expectDifference(page: Page, said = ''): Promise<void> {
  const proof = page.getByText(/drivers? adds? up to the difference exactly/);
  const [differs = ''] = await saidBy(proof.locator('.opened-amount'));
  expect([page.url(), amountIn(differs)]).toEqual([page.url(), amountIn(said)]);
}

/** Follows what each group of a month or a day differs by: it is what the page there is about, to the last digit. */
async function expectGroupsToOpen(page: Page): Promise<string[]> {
  const links = page.getByRole('region', { name: /^Where it (goes|went)$/ }).locator('a[href*="/changes?"]');
  await expect(links).not.toHaveCount(0);
  const said = await saidBy(links);
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  for (const [i, href] of hrefs.entries()) {
    await page.goto(href);
    await expect(page.getByText(/^Only the charges /)).toBeVisible();
    await expectDifference(page, said[i]);
  }
  return hrefs;
}

test.describe('why it differs', () => {
  test('a day of five dynos: from the day to the event and who sent it, in three clicks', async ({
    page,
    signedInAs,
    time,
  }) => {
    await signedInAs('ines@orbit.example', 'orbit');
    const day = `${time.key(time.last)}-24`;
    await page.goto(paths.day('orbit', day));
    const beside = page.getByRole('region', { name: 'Why it differs from its usual' });
    await expect(beside).toContainText('ines@orbit.example scaled it 1 → 5');
    await beside.getByRole('link', { name: 'All that made the difference' }).click();
    await expect(page.getByRole('heading', { name: 'What changed' })).toBeVisible();
    const drivers = page.getByRole('region', { name: 'Drivers' });
    await expect(drivers).toContainText('72 h × 500.00 ÷ 720 h');
    await drivers
      .getByRole('link', { name: /^Event / })
      .first()
      .click();
    await expect(page.getByText('"previousQuantity": 1')).toBeVisible();
  });

  test('what a month differs in adds up, and a driver opens to its charge', async ({ page, signedInAs, time }) => {
    await signedInAs('ada@acme.example', 'acme');
    await page.goto(paths.changes('acme', { period: time.key(time.last) }));
    await expect(page.getByText(/drivers add up to the difference exactly/)).toBeVisible();
    const drivers = page.getByRole('region', { name: 'Drivers' });
    await drivers
      .getByRole('link', { name: /^its (charge|resource)$/ })
      .first()
      .click();
    await expect(page).toHaveURL(/\/charges\//);
  });

  test('the overview tells the largest drivers, without scripts too', async ({ browser, page, signedInAs }) => {
    await signedInAs('ada@acme.example', 'acme');
    const changed = page.getByRole('region', { name: 'What changed' });
    await expect(changed.getByRole('row')).not.toHaveCount(0);
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    });
    const plain = await context.newPage();
    await plain.goto(page.url());
    await expect(plain.getByRole('region', { name: 'What changed' }).getByRole('row')).not.toHaveCount(0);
    await context.close();
  });

  test('what a group differs by opens to its own drivers, of a month and of a day', async ({
    page,
    signedInAs,
    time,
  }) => {
    await signedInAs('ada@acme.example', 'acme');
    for (const by of ['app', 'product'] as const) {
      await page.goto(paths.account('acme', { period: time.key(time.last), by }));
      await expectGroupsToOpen(page);
      await page.goto(paths.day('acme', `${time.key(time.last)}-24`, { by }));
      await expectGroupsToOpen(page);
    }
    await page.goto(paths.day('acme', `${time.key(time.last)}-24`));
    const groups = page.getByRole('list', { name: 'What each app cost on this day' }).locator('details');
    // One that costs what is usual differs by nothing, which has nothing inside.
    const group = groups.filter({ has: page.locator('a[href*="/changes?"]') }).first();
    await group.locator('summary').click();
    const change = group.locator('a[href*="/changes?"]');
    const [said = ''] = await saidBy(change);
    await change.click();
    await expect(page.getByText(/^Only the charges /)).toBeVisible();
    await expectDifference(page, said);
  });

  test('so does what a correction adds to a group', async ({ page, signedInAs, time }) => {
    await signedInAs('robin@tern.example', 'tern');
    const followed: string[] = [];
    for (const by of ['app', 'product', 'price'] as const) {
      await page.goto(paths.account('tern', { period: time.key(time.last), by }));
      followed.push(...(await expectGroupsToOpen(page)));
    }
    expect(followed.join()).toContain('product=corrections');
  });

  test('any two spans are chosen, opened, shared and asked about, without scripts too', async ({
    browser,
    page,
    signedInAs,
    time,
  }) => {
    await signedInAs('ada@acme.example', 'acme');
    const [last, before] = [time.key(time.last), time.key(time.before)];
    const place = new URL(paths.changes('acme', { period: last }), page.url()).href;
    const storageState = await page.context().storageState();
    const shown: string[] = [];
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled, storageState });
      const own = await context.newPage();
      await own.goto(place);
      // It is folded.
      await expect(own.getByLabel('Until, inclusive').first()).toBeHidden();
      const compare = async (bounds: [from: string, to: string], others: [from: string, to: string]) => {
        await own.getByText('Compare other days').click();
        for (const [name, [from, to]] of [['These days', bounds] as const, ['Compared with', others] as const]) {
          const group = own.getByRole('group', { name });
          await group.getByLabel('From').fill(from);
          await group.getByLabel('Until').fill(to);
        }
        await own.getByRole('button', { name: 'Compare' }).click();
      };
      await compare([`${last}-03`, `${last}-24`], [`${before}-03`, `${before}-24`]);
      const [year = ''] = last.split('-');
      await expect(own).toHaveTitle(
        new RegExp(`^What changed: \\w+ 3 – \\w+ 24 ${year} against \\w+ 3 – \\w+ 24 \\d+ · `),
      );
      await expect(own).toHaveURL(new RegExp(`from=${last}-03&to=${last}-24&`));
      const figure = own.locator('.figure');
      const proof = own.getByText(/drivers? adds? up to the difference exactly/);
      const said = async () => ({ figure: await figure.textContent(), proof: (await proof.textContent()) ?? '' });
      const told = await said();
      shown.push(JSON.stringify(told));
      const [earlier = '', difference = '', later = ''] = told.proof.split(/ USD = | USD: | (?=[+−])/);
      expect(amountIn(earlier) + amountIn(difference)).toBe(amountIn(later));
      const rest = own.getByRole('link', { name: /^\d+ smaller$/ });
      if ((await rest.count()) > 0) await rest.click();
      await expect(rest).toHaveCount(0);
      const drivers = await own.locator('.driver .opened-amount').allInnerTexts();
      expect(drivers.length).toBeGreaterThan(0);
      expect(drivers.reduce((sum, text) => sum + amountIn(text), 0n)).toBe(amountIn(difference));
      if (javaScriptEnabled) expect(await barriersOn(own)).toEqual([]);

      const url = await new ExplanationPage(own).makeLink();
      await own.goto(url);
      expect(await said()).toEqual(told);
      await expect(own.getByRole('heading', { name: /^From \w+ 3 – \w+ 24 \d+ to \w+ 3 – \w+ 24 \d+$/ })).toBeVisible();
      await own.getByRole('link', { name: 'What changed, as it is now' }).click();
      await expect(figure).toHaveText(told.figure ?? '');
      await own.getByRole('link', { name: 'Ask support' }).click();
      await expect(own.getByRole('heading', { level: 1 })).toHaveText(
        /^Ask why 3 \w+ \d+ – 24 \w+ \d+ differs from 3 \w+ \d+ – 24 \w+ \d+$/,
      );

      // What cannot be compared says why, and the form has what was chosen.
      await own.goto(place);
      await compare([`${last}-24`, `${last}-03`], [`${before}-03`, `${before}-24`]);
      await expect(own.getByText('A span ends after it begins.')).toBeVisible();
      await expect(own.getByRole('group', { name: 'These days' }).getByLabel('From')).toHaveValue(`${last}-24`);
      if (javaScriptEnabled) expect(await barriersOn(own)).toEqual([]);
      await context.close();
    }
    expect(new Set(shown).size).toBe(1);
  });

  test('nothing keeps anybody out of these pages', async ({ page, signedInAs, time }) => {
    // Forty examinations of large pages: a busy machine takes minutes over them.
    test.setTimeout(600_000);
    await signedInAs('ada@acme.example', 'acme');
    const day = `${time.key(time.last)}-24`;
    const places = [
      paths.account('acme'),
      paths.account('acme', { by: 'product', period: time.key(time.last) }),
      paths.changes('acme'),
      paths.changes('acme', { day, against: 'previous' }),
      paths.day('acme', day),
    ];
    for (const width of [320, 390, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      for (const place of places) {
        await page.goto(place);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        expect(await barriersOn(page)).toEqual([]);
      }
    }
  });
});

test.describe('a day', () => {
  test('adds up by hour and by group, whatever ran out, was scaled or came to a peak on it', async ({
    page,
    signedInAs,
    time,
  }) => {
    await signedInAs('ada@acme.example', 'acme');
    const [last, before] = [time.key(time.last), time.key(time.before)];
    const days = [`${last}-01`, `${last}-23`, `${last}-24`, `${last}-26`, `${before}-15`];
    for (const day of days) {
      for (const by of ['app', 'product'] as const) {
        await page.goto(paths.day('acme', day, { by }));
        // It is folded: not there for anybody until it is opened.
        const hours = page.getByRole('table', { name: `Spend by hour and ${by}`, includeHidden: true });
        await expect(hours).toBeAttached();
        await expectToAddUp(page);
      }
    }
  });

  test('is told by app or by product, group by group, and each charge opens', async ({ page, signedInAs, time }) => {
    await signedInAs('ada@acme.example', 'acme');
    const day = `${time.key(time.last)}-24`;
    await page.goto(paths.day('acme', day));
    const groups = page.getByRole('list', { name: 'What each app cost on this day' });
    const first = groups.getByRole('listitem').first();
    await expect(first.getByRole('table')).toBeHidden();
    await first.locator('summary').click();
    await expect(first.getByRole('table')).toBeVisible();

    await page.getByRole('link', { name: 'by product' }).click();
    await expect(page).toHaveURL(/by=product/);
    const products = page.getByRole('list', { name: 'What each product cost on this day' });
    const dynos = products.getByRole('listitem').filter({ hasText: 'Dynos' });
    await dynos.locator('summary').click();
    const amount = dynos.getByRole('row').nth(1).getByRole('link');
    const [said] = await saidBy(amount);
    await amount.click();
    await expect(page).toHaveURL(new RegExp(`/charges/.*/days/${day}`));
    await expect.poll(() => amountsOpened(page)).toContain(amountIn(said ?? ''));
  });

  test('is told by team and by price, which add up as well, and a group opens to its charges', async ({
    page,
    signedInAs,
    time,
  }) => {
    await signedInAs('robin@tern.example', 'tern');
    const period = time.key(time.last);
    for (const by of ['team', 'price'] as const) {
      await page.goto(paths.day('tern', `${period}-21`, { by }));
      const hours = page.getByRole('table', { name: `Spend by hour and ${by}`, includeHidden: true });
      await expect(hours).toBeAttached();
      await expectToAddUp(page);
      await page.goto(paths.account('tern', { by, period }));
      const groups = page.getByRole('region', { name: 'Where it goes' });
      const first = groups.locator('tbody').getByRole('link').first();
      const [said = ''] = await saidBy(first);
      await first.click();
      await expect(page).toHaveURL(new RegExp(`[?]${by}=`));
      await expect.poll(() => amountsOpened(page)).toContain(amountIn(said));
      await expectToAddUp(page);
    }
  });

  test('is told against the day before: the same as that difference comes to', async ({ page, signedInAs, time }) => {
    await signedInAs('ines@orbit.example', 'orbit');
    await page.goto(paths.day('orbit', `${time.key(time.last)}-24`));
    const against = page.locator('p').filter({ hasText: 'against the day before' });
    const [said = ''] = await saidBy(against);
    await against.getByRole('link').click();
    await expect(page.getByRole('heading', { name: 'What changed' })).toBeVisible();
    await expect(page.getByText(said.replace(/ USD$/, '')).first()).toBeVisible();
  });

  test('an hour of it opens to its charges, which add up to it', async ({ page, signedInAs, time }) => {
    await signedInAs('ada@acme.example', 'acme');
    await page.goto(paths.day('acme', `${time.key(time.last)}-24`));
    await page.getByText('Every hour as a table').click();
    const hour = page.locator('#hours-table').getByRole('row').nth(13).getByRole('link').first();
    const [said = ''] = await saidBy(hour);
    await hour.click();
    await expect(page.getByText(/^Only the hour .* is told below/)).toBeVisible();
    await expect(page.locator('dd.opened-amount')).toHaveText(said);
    expect((await saidBy(page.locator('main .day-sum'))).map(amountIn)).toEqual([amountIn(said)]);
    const groups = page.getByRole('list', { name: 'What each app cost in this hour' });
    const sums = (await saidBy(groups.locator('.group-sum'))).map(amountIn);
    expect(sums.reduce((sum, each) => sum + each, 0n)).toBe(amountIn(said));
    await page.getByRole('link', { name: 'Show the whole day' }).click();
    await expect(page.getByText(/^Only the hour /)).toHaveCount(0);
  });

  test('tells its hours without scripts, as bars and as a table', async ({ browser, page, signedInAs, time }) => {
    await signedInAs('ines@orbit.example', 'orbit');
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    });
    const plain = await context.newPage();
    await plain.goto(new URL(paths.day('orbit', `${time.key(time.last)}-24`), page.url()).href);
    await expect(plain.getByRole('img', { name: /^Spend by hour and app/ })).toBeVisible();
    await plain.getByText('Every hour as a table').click();
    await expect(plain.locator('#hours-table tbody tr')).toHaveCount(24);
    await expectToAddUp(plain);
    await context.close();
  });
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a tap on a bar opens its day, and no other', async ({ page, signedInAs, time }) => {
    await signedInAs('ada@acme.example', 'acme');
    const today = dayOf(new Date().toISOString(), 'UTC');
    const days = time.secondsOf(time.last + 1) / 86_400;
    const index = Number(today.slice(8)) - 1;
    const chart = page.locator('.chart-interactive');
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('there is no chart');
    const plot = box.width - 48;
    await page.touchscreen.tap(box.x + 48 + ((index + 0.5) / days) * plot, box.y + box.height * 0.7);
    await expect(page).toHaveURL(new RegExp(`/days/${today}$`));
  });
});
