import { expect, type Locator, type Page } from '@playwright/test';
import { monthText } from '../../../app/format/time.ts';

/** A customer on the way from the overview to an answer; every click counts. */
export class Walk {
  clicks = 0;
  readonly main;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
  }

  /** Clicks a link and waits for where it leads. */
  async follow(link: Locator) {
    await this.ready();
    await link.click({ trial: true });
    // Both at once: an address may change before what is shown does, and then another link is clicked than the one that was read.
    const to = await link.evaluate((a: HTMLAnchorElement) => {
      const { href } = a;
      a.click();
      return href;
    });
    this.clicks++;
    // What is there then is waited for by whoever looks at it.
    await expect(this.page).toHaveURL(to, { timeout: 45_000 });
  }

  /** People are slower than pages: what is clicked while scripts take over may be clicked in vain. */
  private async ready() {
    const state = () =>
      this.page.evaluate('window.__remixRouter?.state.initialized && __remixRouter.state.navigation.state');
    await expect.poll(() => state().catch(() => 'going')).toBe('idle');
  }

  /** From the overview, which names the month before, or by the list of invoices. */
  async openInvoice(key: string) {
    const months = this.main.locator('dt').filter({ hasText: monthText(key) });
    if ((await months.count()) > 0) {
      await this.follow(months.locator('xpath=following-sibling::dd[1]').getByRole('link'));
    } else {
      await this.follow(this.page.getByRole('link', { name: 'Invoices', exact: true }));
      await this.follow(this.main.getByRole('link', { name: monthText(key), exact: true }));
    }
  }

  /** The licenses as they stood in the month before this one. */
  async openLicensesOf(key: string) {
    await this.follow(this.page.getByRole('link', { name: 'Licenses', exact: true }));
    await this.follow(this.main.getByRole('link', { name: `Previous: ${monthText(key)}` }));
  }

  /** A row of an invoice by its whole name: `Basic dynos acme-web · web`, or `Subtotal`. */
  row(name: string): Locator {
    const named = this.page.getByRole('rowheader', { name, exact: true });
    return this.main.getByRole('row').filter({ has: named });
  }

  /** What a row of an invoice comes to. */
  amountOf(name: string): Locator {
    return this.row(name).getByRole('cell').last();
  }

  async openCharge(name: string) {
    await this.follow(this.row(name).locator('.amount-link').last());
    await expect(this.main.getByRole('heading', { level: 1 })).toHaveText(name);
  }

  async openResource(name: string) {
    const resources = this.main.getByRole('table', { name: 'What each resource adds to the charge' });
    await this.follow(resources.getByRole('link', { name, exact: true }));
    await expect(this.main.getByRole('heading', { name, exact: true })).toBeVisible();
  }

  /** The event that began the interval whose row holds these texts; what was received is then on the page. */
  async openEventOf(...texts: string[]) {
    let row = this.main.getByRole('row');
    for (const text of texts) row = row.filter({ hasText: text });
    await this.follow(row.first().getByRole('link').first());
    await expect(this.main.getByRole('heading', { name: 'Accepted' })).toBeVisible();
  }

  /** Everything said here, piece by piece. */
  async says(...texts: (string | RegExp)[]) {
    for (const text of texts) await expect(this.main).toContainText(text);
  }
}
