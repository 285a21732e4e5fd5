import type { Page } from '@playwright/test';

/** Where people prove who they are. */
export class SignInPage {
  readonly email;
  readonly password;
  readonly submit;
  readonly refusal;

  constructor(private readonly page: Page) {
    this.email = page.getByLabel('E-mail address');
    this.password = page.getByLabel('Password');
    this.submit = page.getByRole('button', { name: 'Sign in', exact: true });
    this.refusal = page.getByRole('alert');
  }

  async open() {
    await this.page.goto('/sign-in');
  }

  /** Fills in and sends the form. */
  async enter(person: { email: string; password: string }) {
    await this.email.fill(person.email);
    await this.password.fill(person.password);
    await this.submit.click();
  }

  /** Signs in and waits for the page behind it. */
  async signIn(person: { email: string; password: string }) {
    await this.open();
    await this.enter(person);
    await this.page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  }
}
