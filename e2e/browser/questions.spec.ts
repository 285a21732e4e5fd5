import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { parseMail } from '../../server/outbox/testing/smtp.ts';
import { barriersOn } from './barriers.ts';
import { expect } from './fixtures.ts';
import { test as base, EVENT } from './one-charge.ts';
import { QuestionPage } from './pages/question-page.ts';
import { signIn } from './session.ts';

interface QuestionFixtures {
  /** The page of somebody of support, signed in beside the customer. */
  supportPage: Page;
}

const test = base.extend<QuestionFixtures>({
  supportPage: async ({ browser, server, operator }, use) => {
    const person = await operator.createUser([], { platformRole: 'support' });
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await signIn(page, server.url, person);
    await use(page);
    await context.close();
  },
});

/** One of the charge, and one that was never sent. */
const EVENTS = [EVENT, { source: '/dynos', id: 'e-1' }];

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
      const [customer, support] = [new QuestionPage(page), new QuestionPage(supportPage)];
      const where = await customer.ask(account.id, chargeId, 'Why did this run all night?', EVENTS);
      await sendMore(50);

      await test.step('it is open, and in the inbox of support', async () => {
        await page.getByRole('link', { name: 'Questions', exact: true }).click();
        await expect(page.getByRole('row', { name: /Why did this run all night\?/ })).toContainText('open');
        await supportPage.goto(paths.inbox());
        await supportPage
          .getByRole('link', { name: new RegExp(`${account.name}.*all night`) })
          .last()
          .click();
        await expect(supportPage).toHaveURL(where);
      });

      await test.step('both read the charge as it was, what the chosen event added, and what it comes to now', async () => {
        for (const reader of [support, customer]) {
          await reader.open(where);
          await expect(reader.about).toContainText('Postcards: 250 postcards from 1 event');
          await expect(reader.about).toContainText('Exactly 12.50 USD');
          await expect(reader.about).toContainText('Now it comes to 15.00 USD.');
          await expect(reader.about.getByRole('row', { name: 'Event p-1 of /postcards' })).toContainText('12.50');
          await expect(reader.about.getByText('e-1 of /dynos')).toBeVisible();
          await expect(reader.about.getByRole('row', { name: /^desk/ })).toContainText('12.50');
        }
      });

      await test.step('a credit of less than a cent is refused, and what was written stays', async () => {
        await support.answerWith('It should not have.', '0.001');
        await expect(support.refusal).toContainText('at most 2 decimals');
        await expect(support.answer).toHaveValue('It should not have.');
      });

      await test.step('support answers once, with a credit', async () => {
        await support.answerWith('It should not have.', '12.50');
        await expect(supportPage.getByText('A credit of $12.50 was granted.')).toBeVisible();
        await expect(support.answer).toHaveValue('');
        await expect(support.credit).toHaveCount(0);
      });

      await test.step('the customer reads it, says thanks and closes the question', async () => {
        await customer.open(where);
        await expect(page.getByText('A credit of $12.50 was granted.')).toBeVisible();
        await customer.reply('Thank you.');
        await customer.close.click();
        await expect(page.getByText('closed the question')).toBeVisible();
        await expect(customer.close).toHaveCount(0);
      });

      await test.step('one mail says so, and where', async () => {
        await expect.poll(async () => (await mailsTo(server.dataDir, user.email)).length).toBe(1);
        const [mail] = await mailsTo(server.dataDir, user.email);
        expect(mail?.text).toContain(`${server.url}${where}`);
        expect(mail?.text).toContain('a credit of 12.50 USD');
      });
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
    const where = await new QuestionPage(page).ask(account.id, chargeId, 'Mine.', EVENTS);
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
    // Every element of several pages is looked at.
    test.setTimeout(240_000);
    const text = `A${'a'.repeat(90)} long word\n\nand a second paragraph.`;
    const where = await new QuestionPage(page).ask(account.id, chargeId, text, EVENTS);
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
