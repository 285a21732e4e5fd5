import type { Page } from '@playwright/test';
import { paths, type UsageChoice } from '../../../app/paths.ts';

/** Usage of one account: the chosen meter, its days and groups, all meters, and the live part. */
export class UsagePage {
  /** The chosen meter, large, with every digit beside it. */
  readonly headline;
  readonly state;
  readonly feed;
  readonly days;
  readonly groups;
  readonly pause;
  readonly resume;

  constructor(
    readonly page: Page,
    private readonly accountId: string,
  ) {
    this.headline = page.getByRole('heading', { level: 1 }).locator('xpath=../../..');
    this.state = page.getByRole('status').filter({ hasText: /Live|Catching up|Paused|Offline|Closed month|As loaded/ });
    this.feed = page.getByRole('region', { name: 'Accepted events' }).getByRole('listitem');
    this.days = page.getByRole('table', { name: /by day/ });
    this.groups = page.getByRole('region', { name: 'Where it went' });
    this.pause = page.getByRole('button', { name: 'Pause' });
    this.resume = page.getByRole('button', { name: 'Resume' });
  }

  async open(choice: UsageChoice = {}) {
    await this.page.goto(paths.usage(this.accountId, choice));
  }

  /** The link of a meter in the list of all meters; its text holds the quantity. */
  meter(description: string) {
    return this.page.getByRole('link', { name: description });
  }

  /** How far the page is wider than the screen, in pixels. */
  sideways(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
}
