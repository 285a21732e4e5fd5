import type { Page } from '@playwright/test';
import type { TestUser } from '../support/people/operator.ts';

/**
 * Signs in by what the form sends, and opens no page: for tests of what comes after, of which each would load two pages more.
 * The form is tested by `sign-in.spec.ts`.
 */
export async function signIn(page: Page, url: string, person: Pick<TestUser, 'email' | 'password'>): Promise<void> {
  const { email, password } = person;
  const form = { email, password, redirectTo: '/' };
  const answer = await page.request.post(`${url}/sign-in`, { headers: { origin: url }, form, maxRedirects: 0 });
  if (answer.headers()['set-cookie'] === undefined) {
    throw new Error(`Signing in was answered ${answer.status()} without a cookie.`);
  }
}
