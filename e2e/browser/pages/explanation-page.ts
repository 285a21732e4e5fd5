import { expect, type Page } from '@playwright/test';
import { exact } from '../../../server/domain/testing/exact.ts';

/** A charge opened, on its own page or by a link: its resources, their events, and the links to it. */
export class ExplanationPage {
  readonly resources;
  readonly events;
  readonly nextPage;

  constructor(readonly page: Page) {
    this.resources = page.getByRole('table', { name: 'What each resource adds to the charge' });
    this.events = page.getByRole('table', { name: 'Events' });
    this.nextPage = page.getByRole('link', { name: 'Next page' });
  }

  /** Shares the charge, with a note for oneself. @returns the link's address */
  async makeLink(note = ''): Promise<string> {
    await this.page.getByLabel('Note, for yourself').fill(note);
    await this.page.getByRole('button', { name: 'Make a link' }).click();
    await expect(this.page.getByRole('status').filter({ hasText: '/s/' })).toBeVisible();
    return (await this.page.getByRole('link', { name: /\/s\// }).getAttribute('href')) ?? '';
  }

  async takeBack() {
    await this.page.getByRole('button', { name: 'Take back' }).click();
    await expect(this.page.getByText(/taken back/).last()).toBeVisible();
  }

  async openResource(name: string) {
    await this.page.getByRole('link', { name }).click();
  }

  /** From the page of a resource. */
  async openItsEvents(resource: string) {
    await this.page.getByRole('link', { name: 'Its events' }).click();
    await expect(this.page.getByRole('heading', { name: `Events of ${resource}` })).toBeVisible();
  }

  /** What each resource adds, in 10⁻³⁰. */
  async resourceAmounts(): Promise<bigint[]> {
    return amounts(await this.resources.locator('tbody tr td:last-child').allInnerTexts());
  }

  /** What each event adds, of the page shown and of all after it, in 10⁻³⁰. */
  async eventAmounts(): Promise<bigint[]> {
    const all: bigint[] = [];
    for (;;) {
      all.push(...amounts(await this.page.locator('tbody tr td:last-child').allInnerTexts()));
      if ((await this.nextPage.count()) === 0) return all;
      const first = this.events.getByRole('row').nth(1).getByRole('rowheader');
      const before = (await first.getAttribute('aria-label')) ?? '';
      await this.nextPage.click();
      await expect(first).not.toHaveAttribute('aria-label', before);
    }
  }
}

const amounts = (cells: readonly string[]) => cells.map((cell) => exact(cell.trim().replaceAll(',', '')));

/** Amounts in 10⁻³⁰, added up. */
export const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);
