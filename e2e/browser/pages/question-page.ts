import { expect, type Page } from '@playwright/test';
import { paths } from '../../../app/paths.ts';

/** A question about a charge, as the one who asked and support see it. */
export class QuestionPage {
  /** The charge as it was when it was asked. */
  readonly about;
  readonly refusal;
  /** Support answers here, with a credit or without. */
  readonly answer;
  readonly credit;
  readonly close;

  constructor(readonly page: Page) {
    this.about = page.getByRole('region', { name: 'What it is about, as it was' });
    this.refusal = page.getByRole('alert');
    this.answer = page.getByLabel('What the customer reads');
    this.credit = page.getByLabel('Credit in USD');
    this.close = page.getByRole('button', { name: 'Close the question' });
  }

  /** Asks about a charge and some of its events. @returns the address of the question */
  async ask(accountId: string, chargeId: string, text: string, events: { source: string; id: string }[] = []) {
    await this.page.goto(paths.ask(accountId, chargeId, events));
    await this.page.getByLabel('Your question').fill(text);
    await this.page.getByRole('button', { name: 'Ask' }).click();
    await this.saysInReply(text);
    return new URL(this.page.url()).pathname;
  }

  async open(where: string) {
    await this.page.goto(where);
  }

  /** As support: what the customer reads, and what is granted. */
  async answerWith(text: string, credit: string) {
    await this.answer.fill(text);
    await this.credit.fill(credit);
    await this.send();
  }

  /** As the customer. */
  async reply(text: string) {
    await this.page.getByLabel('What support reads').fill(text);
    await this.send();
    await this.saysInReply(text);
  }

  private async send() {
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  private async saysInReply(text: string) {
    await expect(this.page.getByRole('listitem').filter({ hasText: text })).toBeVisible();
  }
}
