import { paths } from '../../app/paths.ts';
import { exact, exactSum } from '../../server/domain/testing/exact.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { test } from './one-charge.ts';
import { ExplanationPage } from './pages/explanation-page.ts';
import { QuestionPage } from './pages/question-page.ts';

const plain = (text: string) => text.replaceAll(',', '').replaceAll('−', '-').replace('+', '');

test('why a month differs is one link: it stands still, adds up, leads nowhere, and is taken back', async ({
  signedInPage: page,
  account,
  chargeId,
  sendMore,
  browser,
  server,
}) => {
  await page.goto(paths.changes(account.id));
  const url = await new ExplanationPage(page).makeLink('for the bookkeeper');
  await page.getByLabel('without names').check();
  await page.getByLabel('Note, for yourself').fill('for the board');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const status = page.getByRole('status').filter({ hasText: '/s/' });
  await expect(status).not.toContainText(url);
  const nameless = (await status.getByRole('link').getAttribute('href')) ?? '';
  await sendMore(50);

  const context = await browser.newContext({ baseURL: server.url });
  const stranger = await context.newPage();
  for (const address of [url, nameless]) {
    const answer = await stranger.goto(address);
    expect(answer?.headers()['cache-control']).toBe('no-store');
    await expect(stranger.locator('meta[name=robots]')).toHaveAttribute('content', 'noindex');
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('What changed');
    await expect(
      stranger.getByText('0.00 +12.50 USD = 12.50 USD: 1 driver adds up to the difference exactly.'),
    ).toBeVisible();
    const told = await stranger.locator('.driver .opened-amount').allInnerTexts();
    expect(exactSum(told.map((text) => plain(text.split(' ')[0] ?? '')))).toBe(exact('12.5'));
    await expect(stranger.locator('a[href*="/accounts/"]')).toHaveCount(0);
    expect(await barriersOn(stranger)).toEqual([]);
  }
  expect(await stranger.content()).not.toContain(chargeId);
  await expect(stranger.getByRole('main')).not.toContainText(account.name);
  await stranger.goto(url);
  await expect(stranger.getByRole('region', { name: 'Drivers' })).toContainText('Postcards is new');

  await page.goto(paths.links(account.id));
  const row = page.getByRole('row').filter({ hasText: 'for the bookkeeper' });
  await expect(row).toContainText(/Why \w+ → \w+ \d{4} differs|Why \w+ \d{4} → \w+ \d{4} differs/);
  await row.getByRole('button', { name: 'Take back' }).click();
  await expect(row).toContainText('taken back');
  expect((await stranger.request.get(url)).status()).toBe(410);
  expect((await stranger.request.get(nameless)).status()).toBe(200);
  await context.close();
});

test('a difference is asked about as it was, and a link that answers can be followed', async ({
  signedInPage: page,
  account,
  chargeId,
  sendMore,
}) => {
  await page.goto(paths.changes(account.id, { charge: chargeId }));
  const url = await new ExplanationPage(page).makeLink();
  await page.getByRole('link', { name: 'Ask support' }).click();
  await page.getByLabel('Your question').fill(`Is ${url} right? And ${url}x?`);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('differs: Postcards');
  await sendMore(50);
  await page.reload();
  const { about } = new QuestionPage(page);
  await expect(about).toContainText('+$12.50');
  await expect(about).toContainText('1 driver adds up to the difference exactly');
  await expect(page.getByRole('list', { name: 'What was said' }).getByRole('link')).toHaveCount(1);
  await page.getByRole('list', { name: 'What was said' }).getByRole('link').click();
  await expect(page).toHaveURL(url);
});
