import { expect, type Page } from '@playwright/test';
import { exact } from '../../../server/domain/testing/exact.ts';

/** The first decimal in a text, as pages write them. */
export function amountIn(text: string): bigint {
  const [, sign = '', digits = ''] = /(−?)\$?(\d[\d,]*(?:\.\d+)?)/.exec(text) ?? [];
  return exact(`${sign === '' ? '' : '-'}${digits.replaceAll(',', '')}`);
}

/** Every link of an amount, in or out of what is folded: where it leads, and what it says to the last digit. */
export async function amountLinks(page: Page): Promise<{ href: string; said: string }[]> {
  const links = await page.locator('main a.amount-link').evaluateAll((all) =>
    all.map((link) => ({
      href: link.getAttribute('href') ?? '',
      said: link.querySelector('[data-exact]')?.getAttribute('data-exact') ?? link.textContent ?? '',
    })),
  );
  return [...new Map(links.map((link) => [`${link.href} ${link.said}`, link])).values()];
}

/** The amounts that a page is about. */
export async function amountsOpened(page: Page): Promise<bigint[]> {
  const texts = await page.locator('main :is(.headline .figure, .headline dd, .opened-amount)').allTextContents();
  return texts.filter((text) => /\d\.\d/.test(text)).map(amountIn);
}

/** The last column of a table, added up, and the row below it. */
export async function sumOf(page: Page, caption: string): Promise<{ sum: bigint; foot: bigint | null }> {
  const table = page.getByRole('table', { name: caption, exact: true });
  const cells = await table.locator('> tbody > tr > td:last-child').allTextContents();
  const foot = await table.locator('> tfoot td').allTextContents();
  return {
    sum: cells.reduce((sum, cell) => sum + amountIn(cell), 0n),
    foot: foot[0] === undefined ? null : amountIn(foot[0]),
  };
}

/** What is inside adds up to what the page says it is. */
export async function expectToAddUp(page: Page): Promise<void> {
  const { pathname, search } = new URL(page.url());
  const opened = await amountsOpened(page);
  if (/\/charges\/.*\/days\//.test(pathname)) {
    const ran = await page.locator('main .day-resource summary > span:first-child').allTextContents();
    const { sum } =
      ran.length > 0 ? { sum: ran.reduce((all, text) => all + amountIn(text), 0n) } : await sumOf(page, 'Events');
    expect([page.url(), opened]).toEqual([page.url(), expect.arrayContaining([sum])]);
  } else if (/\/days\//.test(pathname)) {
    const { sum, foot } = await sumOf(page, 'What each charge cost on this day');
    // A day on which nothing cost anything has no table.
    expect([page.url(), foot ?? 0n, opened]).toEqual([page.url(), sum, expect.arrayContaining([sum])]);
  } else if (/\/invoices\//.test(pathname) && search !== '') {
    const rows = await page.locator('main section td.on-full').allTextContents();
    const sum = rows.reduce((total, row) => total + amountIn(row), 0n);
    expect([page.url(), opened]).toEqual([page.url(), expect.arrayContaining([sum])]);
  }
}
