import type { Page } from '@playwright/test';
import { paths } from '../../../app/paths.ts';

/** Licenses of an account in a month, and what its prices include. */
export class LicensesPage {
  constructor(
    readonly page: Page,
    private readonly accountId: string,
  ) {}

  async open(period: string) {
    await this.page.goto(paths.licenses(this.accountId, period));
  }

  /** What a price includes: how much, of which how much was used, and until when it was enough. */
  included(description: string) {
    return this.page.getByRole('region', { name: 'Included' }).getByRole('listitem').filter({ hasText: description });
  }
}
