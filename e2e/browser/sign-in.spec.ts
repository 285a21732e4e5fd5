import { paths } from '../../app/paths.ts';
import { expect, test } from './fixtures.ts';

test('leads to the page that was asked for', async ({ page, signInPage, user, account }) => {
  const wanted = paths.usage(account.id, { view: 'table' });
  await page.goto(wanted);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signInPage.enter(user);
  await expect(page).toHaveURL(wanted);
});

test('leads to the only account when nothing was asked for', async ({ page, signInPage, user, account }) => {
  await signInPage.signIn(user);
  await expect(page).toHaveURL(paths.account(account.id));
});

test('offers the choice among several accounts', async ({ page, signInPage, operator }) => {
  const accounts = [
    await operator.createAccount({ name: 'Umbrella Widgets' }),
    await operator.createAccount({ name: 'Pelican Freight' }),
  ];
  await signInPage.signIn(await operator.createUser(accounts));
  await expect(page).toHaveURL(paths.accounts());
  await page.getByRole('link', { name: 'Pelican Freight' }).click();
  await expect(page).toHaveURL(paths.account(accounts[1]?.id ?? ''));
});

test('never leads to another site', async ({ page, signInPage, user, account }) => {
  await page.goto(paths.signIn('//elsewhere.example/'));
  await signInPage.enter(user);
  await expect(page).toHaveURL(paths.account(account.id));
});

test('ends with signing out', async ({ page, signInPage, user, account }) => {
  await signInPage.signIn(user);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto(paths.usage(account.id));
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test.describe('with a wrong password', () => {
  test.use({ expectedErrors: /401/ });

  test('says so in words and keeps the address', async ({ signInPage, user }) => {
    await signInPage.open();
    await signInPage.enter({ email: user.email, password: 'not the password' });
    await expect(signInPage.refusal).not.toBeEmpty();
    await expect(signInPage.email).toHaveValue(user.email);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('works the same', async ({ page, signInPage, user, account }) => {
    await signInPage.signIn(user);
    await expect(page).toHaveURL(paths.account(account.id));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});
