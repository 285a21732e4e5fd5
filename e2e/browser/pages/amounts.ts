import { expect, type Locator, type Page } from '@playwright/test';
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

/** What amounts say to the last digit, also where they are shown rounded. */
export function saidBy(amounts: Locator): Promise<string[]> {
  return amounts.evaluateAll((all) =>
    all.map((each) => each.querySelector('[data-exact]')?.getAttribute('data-exact') ?? each.textContent ?? ''),
  );
}

/** The amounts that a page is about. */
export async function amountsOpened(page: Page): Promise<bigint[]> {
  const texts = await saidBy(page.locator('main :is(.headline .figure, .headline dd, .opened-amount)'));
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
    await expectDayToAddUp(page, opened);
  } else if (/\/invoices\//.test(pathname) && search !== '') {
    const rows = await page.locator('main section td.on-full').allTextContents();
    const sum = rows.reduce((total, row) => total + amountIn(row), 0n);
    expect([page.url(), opened]).toEqual([page.url(), expect.arrayContaining([sum])]);
  }
}

/** Charges add up to their group, groups to the day, and so do its hours. */
async function expectDayToAddUp(page: Page, opened: readonly bigint[]): Promise<void> {
  const add = (texts: readonly string[]) => texts.reduce((sum, text) => sum + amountIn(text), 0n);
  const groups = page.locator('main .day-resource > details');
  const sums: bigint[] = [];
  for (const group of await groups.all()) {
    const [said = ''] = await saidBy(group.locator('.group-sum'));
    const charges = await saidBy(group.locator('tbody > tr > td:last-child'));
    expect([page.url(), add(charges)]).toEqual([page.url(), amountIn(said)]);
    sums.push(amountIn(said));
  }
  const sum = sums.reduce((all, each) => all + each, 0n);
  // A day on which nothing cost anything has neither groups nor hours.
  const told = await saidBy(page.locator('main .day-sum'));
  expect([page.url(), add(told), opened]).toEqual([page.url(), sum, expect.arrayContaining([sum])]);
  const hours = page.locator('main #hours-table');
  for (let column = 0; column < (await hours.locator('tfoot td').count()); column++) {
    const rows = await saidBy(hours.locator(`tbody > tr > td:nth-of-type(${column + 1})`));
    const [foot = ''] = await saidBy(hours.locator(`tfoot td:nth-of-type(${column + 1})`));
    // An hour that has not come is not known.
    const known = rows.filter((text) => /\d/.test(text));
    expect([page.url(), column, add(known)]).toEqual([page.url(), column, amountIn(foot)]);
    if (column === 0) expect(amountIn(foot)).toBe(sum);
  }
}
