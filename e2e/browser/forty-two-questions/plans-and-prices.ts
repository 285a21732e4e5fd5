import { moneyText } from '../../../app/format/money.ts';
import { cents, decimal, divide, exactly, rounded } from '../../support/invoices/on-paper.ts';
import { test } from '../demo-fixtures.ts';
import { expect } from '../fixtures.ts';
import { ROBIN } from './customers.ts';
import { decimalOf, moment, seconds, USD, usd } from './spelled.ts';

/** What changed in mid-month, tax, and what was put right later. */
export function plansAndPrices() {
  test('two plans in one month, each for its own time', async ({ signedInAs, time }) => {
    const changed = time.at(time.last, 20, '08:00:00');
    const [from, to] = [time.at(time.last, 1, '00:00:00'), time.at(time.last + 1, 1, '00:00:00')];
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const before = exactly({ monthly: 5, slots: [seconds(from, changed)] });
    await expect(walk.row('Postgres essential-0 tern-shop')).toContainText(rounded(before));
    await walk.openCharge('Postgres standard-0 tern-shop');
    await walk.says(`Exactly${usd(exactly({ monthly: 50, slots: [seconds(changed, to)] }))} USD`);
    await walk.openResource('postgresql-amber-11250');
    await walk.openEventOf(moment(changed));
    await walk.says('"cause": "plan-changed"', '"previousPlan": "essential-0"', '"actor": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a price change in mid-month: both prices with their time', async ({ signedInAs, time }) => {
    const [made, dearer] = [time.at(time.last, 4, '12:00:00'), time.at(time.last, 16, '00:00:00')];
    const end = time.at(time.last + 1, 1, '00:00:00');
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Logtrail fixed tern-site');
    const parts = [
      { monthly: 65, slots: [seconds(made, dearer)] },
      { monthly: 69, slots: [seconds(dearer, end)] },
    ];
    await walk.says(`Exactly${usd(exactly(...parts))} USD`, '65.00 USD for 720 h', '69.00 USD for 720 h');
    await walk.says(`until ${moment(dearer)}`, `from ${moment(dearer)} until ${moment(end)}`);
    await expect(
      walk.main.getByRole('listitem').filter({ hasText: 'Its price changed from 65.00 to 69.00' }),
    ).toContainText(moment(dearer));
    await walk.openResource('logtrail-misty-40718');
    for (const part of parts) {
      await expect(walk.main.getByRole('row').filter({ hasText: usd(exactly(part)) })).toBeVisible();
    }
    expect(walk.clicks).toBeLessThanOrEqual(3);
  });

  test('tax: on what, and how much', async ({ signedInAs, time, operator }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const id = new URL(walk.page.url()).pathname.split('/').at(-1);
    const invoice = (await operator.request('GET', `/api/v1/accounts/tern/invoices/${id}`)) as {
      lines: { amount: string }[];
    };
    const subtotal = invoice.lines.reduce((sum, { amount }) => sum + cents(amount), 0n);
    const tax = divide(subtotal * 6n, 100n, 'up');
    for (const [name, amount] of [
      ['Subtotal', subtotal],
      ['Tax, 6 %', tax],
      ['Total, USD', subtotal + tax],
    ] as const) {
      await expect(walk.amountOf(name)).toHaveText(moneyText(decimal(amount, 2), USD));
    }
    expect(walk.clicks).toBe(1);
  });

  test('a late event as correction: what it was, what it is now, and of which invoice', async ({
    signedInAs,
    time,
  }) => {
    const started = time.at(time.before, 10, '09:00:00');
    const charged = [seconds(started, time.at(time.before + 1, 1, '00:00:00'))];
    const stop = time.at(time.before, 24, '18:00:00');
    const used = [seconds(started, stop)];
    const [before, now] = [charged, used].map((slots) => rounded(exactly({ monthly: 25, slots }))) as [string, string];
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const corrections = walk.main.getByRole('region', { name: 'Corrections of earlier invoices' });
    const row = corrections.getByRole('row').filter({ hasText: 'tern-site · thumbnails' });
    await expect(row.locator('.amount-link')).toContainText(moneyText(decimalOf(cents(now) - cents(before)), USD));
    await row.locator('summary').click();
    await expect(row.getByRole('row', { name: 'With late events' })).toContainText(now);
    await expect(row.getByRole('row', { name: 'Charged before' })).toContainText(usd(`-${before}`));
    const run = corrections.getByRole('row').filter({ hasText: 'tern-shop · run' });
    await expect(run.locator('.amount-link')).toContainText(usd(exactly({ monthly: 25, slots: [14_400] })));
    await walk.follow(row.locator('.amount-link'));
    const opened = walk.main.getByRole('table', { name: 'From what it comes to now to the difference' });
    const exact = (slots: number[]) => exactly({ monthly: 25, slots });
    await expect(opened.getByRole('row', { name: 'with the late events' })).toContainText(usd(exact(used)));
    await expect(opened.getByRole('row', { name: 'Charged with' })).toContainText(usd(`-${exact(charged)}`));
    await walk.says('The charge as it was issued with', /Adds up to .* exactly\./);
    const stopped = walk.main.getByRole('table', { name: 'Late events' }).getByRole('link', { name: moment(stop) });
    await walk.follow(stopped);
    await walk.says(`Happened${new Date(stop).toISOString().slice(0, -1)}`, '"cause": "scale"', '"quantity": 0');
    expect(walk.clicks).toBe(3);
  });
}
