import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { parseMail } from '../../server/outbox/testing/smtp.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { test as base, EVENT } from './one-charge.ts';

interface QuestionFixtures {
  /** The page of somebody of support, signed in beside the customer. */
  supportPage: Page;
}

const test = base.extend<QuestionFixtures>({
  supportPage: async ({ browser, server, operator }, use) => {
    const person = await operator.createUser([], { platformRole: 'support' });
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await page.goto(paths.signIn());
    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await use(page);
    await context.close();
  },
});

/** One of the charge, and one that was never sent. */
const EVENTS = [EVENT, { source: '/dynos', id: 'e-1' }];

/** Asks about the charge. @returns the address of the question */
async function ask(page: Page, accountId: string, chargeId: string, text: string): Promise<string> {
  await page.goto(paths.ask(accountId, chargeId, EVENTS));
  await page.getByLabel('Your question').fill(text);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: text })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** The mails to somebody, in the folder where this server leaves them. */
async function mailsTo(dataDir: string, address: string) {
  const folder = join(dataDir, 'mail');
  const files = await readdir(folder).catch(() => []);
  const whole = files.filter((file) => file.endsWith('.eml'));
  const mails = await Promise.all(whole.map(async (file) => parseMail(await readFile(join(folder, file), 'utf8'))));
  return mails.filter(({ headers }) => headers.to === address);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled, expectedErrors: /status of 400/ });

    test('a question is answered with a credit, and the customer is told', async ({
      signedInPage: page,
      supportPage,
      account,
      chargeId,
      sendMore,
      user,
      server,
    }) => {
      const where = await ask(page, account.id, chargeId, 'Why did this run all night?');
      await sendMore(50);
      await page.getByRole('link', { name: 'Questions', exact: true }).click();
      await expect(page.getByRole('row', { name: /Why did this run all night\?/ })).toContainText('open');

      await supportPage.goto(paths.inbox());
      await supportPage
        .getByRole('link', { name: new RegExp(`${account.name}.*all night`) })
        .last()
        .click();
      await expect(supportPage).toHaveURL(where);
      // Both read the charge as it was, with what the chosen event added, and what it comes to now.
      for (const at of [supportPage, page]) {
        await at.goto(where);
        const about = at.getByRole('region', { name: 'What it is about, as it was' });
        await expect(about).toContainText('Postcards: 250 postcards from 1 event');
        await expect(about).toContainText('Exactly 12.50 USD');
        await expect(about).toContainText('Now it comes to 15.00 USD.');
        await expect(about.getByRole('row', { name: 'Event p-1 of /postcards' })).toContainText('12.50');
        await expect(about.getByText('e-1 of /dynos')).toBeVisible();
        await expect(about.getByRole('row', { name: 'desk' })).toContainText('12.50');
      }
      await supportPage.getByLabel('What the customer reads').fill('It should not have.');
      await supportPage.getByLabel('Credit in USD').fill('0.001');
      await supportPage.getByRole('button', { name: 'Send' }).click();
      await expect(supportPage.getByRole('alert')).toContainText('at most 2 decimals');
      await expect(supportPage.getByLabel('What the customer reads')).toHaveValue('It should not have.');
      await supportPage.getByLabel('Credit in USD').fill('12.50');
      await supportPage.getByRole('button', { name: 'Send' }).click();
      await expect(supportPage.getByText('A credit of $12.50 was granted.')).toBeVisible();
      await expect(supportPage.getByLabel('What the customer reads')).toHaveValue('');
      await expect(supportPage.getByLabel('Credit in USD')).toHaveCount(0);

      await page.goto(where);
      await expect(page.getByText('A credit of $12.50 was granted.')).toBeVisible();
      await page.getByLabel('What support reads').fill('Thank you.');
      await page.getByRole('button', { name: 'Send' }).click();
      await expect(page.getByRole('listitem').filter({ hasText: 'Thank you.' })).toBeVisible();
      await page.getByRole('button', { name: 'Close the question' }).click();
      await expect(page.getByText('closed the question')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Close the question' })).toHaveCount(0);

      await expect.poll(async () => (await mailsTo(server.dataDir, user.email)).length).toBe(1);
      const [mail] = await mailsTo(server.dataDir, user.email);
      expect(mail?.text).toContain(`${server.url}${where}`);
      expect(mail?.text).toContain('a credit of 12.50 USD');
    });
  });
}

test.describe('what is refused', () => {
  test.use({ expectedErrors: /status of 400/ });

  test('is a question of nothing, and what was written stays', async ({ signedInPage: page, account, chargeId }) => {
    await page.goto(paths.ask(account.id, chargeId));
    await page.getByLabel('Your question').fill('   ');
    await page.getByRole('button', { name: 'Ask' }).click();
    await expect(page.getByRole('alert')).toContainText('Must not be empty');
    await expect(page).toHaveURL(paths.ask(account.id, chargeId));
  });
});

test.describe('what is not theirs', () => {
  test.use({ expectedErrors: /status of 404/ });

  test('is not found', async ({ signedInPage: page, operator, account, chargeId, supportPage }) => {
    const where = await ask(page, account.id, chargeId, 'Mine.');
    const other = await operator.createAccount();
    for (const address of [paths.inbox(), where.replace(account.id, other.id), paths.questions(other.id)]) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(404);
    }
    const answer = await supportPage.goto(where.replace(account.id, other.id));
    expect(answer?.status()).toBe(404);
  });
});

for (const width of [1280, 320]) {
  test(`nobody is kept out at ${width} px`, async ({ signedInPage: page, supportPage, account, chargeId }) => {
    const where = await ask(page, account.id, chargeId, `A${'a'.repeat(90)} long word\n\nand a second paragraph.`);
    const places: [Page, string][] = [
      [page, paths.questions(account.id)],
      [page, where],
      [page, paths.ask(account.id, chargeId, EVENTS)],
      [supportPage, where],
      [supportPage, paths.inbox()],
      [supportPage, paths.accounts()],
    ];
    for (const [at, address] of places) {
      await at.setViewportSize({ width, height: 800 });
      await at.goto(address);
      expect(await barriersOn(at)).toEqual([]);
    }
  });
}
