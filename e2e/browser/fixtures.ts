import { test as base, type ConsoleMessage, type Page } from '@playwright/test';
import { Operator, type TestAccount, type TestUser } from '../support/people/operator.ts';
import { type RunningServer, startServer } from '../support/servers/server.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { signIn } from './session.ts';

interface WorkerFixtures {
  /** The product, running for all tests of a worker on a store of its own, which goes away with it. */
  server: RunningServer;
}

interface TestFixtures {
  operator: Operator;
  /** An account made for this test: nothing of another test is in it. */
  account: TestAccount;
  /** A person who may see `account` and nothing else. */
  user: TestUser;
  signInPage: SignInPage;
  /** A page for which `user` has signed in; nothing is open on it. */
  signedInPage: Page;
  /** Errors the test provokes, by `test.use({ expectedErrors: /…/ })`; any other in the browser's console fails it. */
  expectedErrors: RegExp | null;
  consoleIsQuiet: undefined;
  failuresShowTheServer: undefined;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),

  operator: async ({ server }, use) => use(new Operator(server)),
  account: async ({ operator }, use) => use(await operator.createAccount()),
  user: async ({ operator, account }, use) => use(await operator.createUser([account])),

  signInPage: async ({ page }, use) => use(new SignInPage(page)),
  signedInPage: async ({ page, server, user }, use) => {
    await signIn(page, server.url, user);
    await use(page);
  },

  expectedErrors: [null, { option: true }],
  consoleIsQuiet: [
    async ({ context, expectedErrors }, use) => {
      const errors: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') errors.push(withPlace(message));
      });
      context.on('weberror', (error) => errors.push(String(error.error().stack ?? error.error())));
      await use(undefined);
      const unexpected = errors.filter((error) => !expectedErrors?.test(error));
      if (unexpected.length > 0) throw new Error(`The browser's console holds errors:\n${unexpected.join('\n')}`);
    },
    { auto: true },
  ],
  failuresShowTheServer: [
    async ({ server }, use, testInfo) => {
      const before = server.logs().length;
      await use(undefined);
      if (testInfo.status === testInfo.expectedStatus) return;
      await testInfo.attach('server', { body: server.logs().slice(before), contentType: 'text/plain' });
    },
    { auto: true },
  ],
});

export const expect = test.expect;

/** Browsers say "Failed to load resource" without saying which. */
function withPlace(message: ConsoleMessage): string {
  return `${message.text()} (${message.location().url})`;
}
