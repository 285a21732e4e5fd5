import { parse } from 'csv-parse/sync';
import { paths } from '../../app/paths.ts';
import { type CloudEvent, cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { barriersOn } from './barriers.ts';
import { test as base, expect } from './fixtures.ts';

interface Invoice {
  id: string;
  number: string;
  total: string;
  meteredThrough: string;
  lines: { chargeId: string; amount: string; corrects?: { chargeId: string } }[];
}

interface InvoiceFixtures {
  /** Sends parcels an app sent in the month so many months ago, and waits until they are metered. */
  send: (monthsAgo: number, ...parcels: { app: string; count: number }[]) => Promise<void>;
  /** The month so many months ago, as `2026-11`. */
  month: (monthsAgo: number) => string;
  finalize: (monthsAgo: number) => Promise<Invoice>;
}

const CARD = 'parcels-test';

/** An account whose parcels cost 0.25 each, the first ten of an app included. */
const test = base.extend<InvoiceFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  month: async ({}, use) => use((monthsAgo) => middleOf(monthsAgo).toISOString().slice(0, 7)),
  send: async ({ operator, account, server }, use) => {
    await operator.defineMeter('sent-parcels', {
      description: 'Parcels',
      eventType: 'sent.parcel',
      aggregation: 'sum',
      valuePath: '$.count',
      dimensions: { app: '$.app' },
      unit: 'parcels',
    });
    const price = { key: 'parcels', meter: 'sent-parcels', description: 'Parcels', lineBy: ['app'] };
    const tiers = [
      { upTo: '10', unitAmount: '0' },
      { upTo: null, unitAmount: '0.25' },
    ];
    await operator
      .request('POST', `/api/v1/rate-cards/${CARD}/versions`, {
        effectiveFrom: '2025-01-01T00:00:00Z',
        currency: 'USD',
        prices: [{ ...price, model: 'graduated', tiers }],
      })
      .catch((error: Error) => {
        // Another test of this worker has written it.
        if (!error.message.includes('answered 409')) throw error;
      });
    await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: CARD });
    const key = await operator.createKey(account);
    await use(async (monthsAgo, ...parcels) => {
      const events = parcels.map(
        (data): CloudEvent =>
          cloudEvent({ type: 'sent.parcel', subject: data.app, time: middleOf(monthsAgo).toISOString(), data }),
      );
      const received = lastReceived(await receiptsOf(server.url, key, events));
      await expect(async () => {
        const invoice = await operator.request('GET', `/api/v1/accounts/${account.id}/invoices/current`);
        expect((invoice as Invoice).meteredThrough >= received).toBe(true);
      }).toPass();
    });
  },
  finalize: async ({ operator, account, month }, use) =>
    use(async (monthsAgo) => {
      const path = `/api/v1/accounts/${account.id}/invoices/${month(monthsAgo)}/finalize`;
      return (await operator.request('POST', path)) as Invoice;
    }),
});

/** The middle of the month, or a second ago where it has not come. */
function middleOf(monthsAgo: number): Date {
  const now = new Date();
  return new Date(Math.min(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15), now.getTime() - 1_000));
}

test('tells projected, draft, final and void apart', async ({
  signedInPage: page,
  account,
  operator,
  send,
  finalize,
}) => {
  await send(3, { app: 'north', count: 30 });
  await send(2, { app: 'north', count: 30 });
  await send(1, { app: 'north', count: 30 });
  const taken = await finalize(3);
  const kept = await finalize(2);
  const reason = 'Sent to the wrong payer';
  await operator.request('POST', `/api/v1/accounts/${account.id}/invoices/${taken.id}/void`, { reason });

  await page.goto(paths.invoices(account.id));
  const rows = page.getByRole('table', { name: /Invoices/ }).getByRole('row');
  await expect(rows.nth(1)).toContainText('so far, estimated');
  await expect(rows.filter({ hasText: 'draft, estimated' }).first()).toContainText('$5.00');
  await expect(rows.filter({ hasText: kept.number })).toContainText('final');
  const voided = rows.filter({ hasText: taken.number });
  await expect(voided).toContainText('void');
  await voided.getByRole('link').first().click();
  await expect(page.getByText(reason)).toBeVisible();
});

test('a correction leads to the charge it corrects', async ({ signedInPage: page, account, month, send, finalize }) => {
  await send(3, { app: 'north', count: 30 });
  const first = await finalize(3);
  await send(3, { app: 'north', count: 4 });
  await send(2, { app: 'north', count: 30 });
  await page.goto(paths.invoice(account.id, month(2)));
  const corrections = page.getByRole('region', { name: 'Corrections of earlier invoices' });
  await expect(corrections).toContainText('$1.00');
  await corrections.getByRole('link', { name: '$1.00' }).click();
  await expect(page.getByRole('table', { name: 'From what it comes to now to the difference' })).toContainText(
    /with the late events.*Charged with.*This correction/,
  );
  await expect(page.getByRole('table', { name: 'Late events' }).getByRole('row')).toHaveCount(2);
  await page.getByRole('link', { name: 'The charge as it was issued' }).click();
  await expect(page.getByRole('table', { name: 'Corrections of this charge' })).toContainText('+1.00');
  await page.goto(paths.invoice(account.id, month(2)));
  await corrections.getByRole('link', { name: `a charge of ${first.number}` }).click();
  await expect(page).toHaveURL(new RegExp(`${first.id}#${first.lines[0]?.chargeId}$`));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Invoice ${first.number}`);
});

test('what is below nothing becomes a credit, which pays a later invoice after tax', async ({
  signedInPage: page,
  account,
  month,
  send,
  finalize,
}) => {
  await send(3, { app: 'north', count: 30 });
  await finalize(3);
  await send(3, { app: 'north', count: -20 });
  await send(1, { app: 'north', count: 22 });
  await page.goto(paths.invoice(account.id, month(2)));
  await expect(page.getByText('Once it is final, this becomes a credit')).toBeVisible();
  const negative = await finalize(2);
  expect(negative.total).toBe('-5.00');
  await page.goto(paths.invoice(account.id, negative.id));
  await page.getByText('Nothing is to be paid').getByRole('link', { name: 'Credits' }).click();
  const credits = page.getByRole('table', { name: 'Credits, the newest first' });
  await expect(credits).toContainText('drawn after tax');
  await expect(credits).toContainText('$3.00 reserved for');
  await page.goto(paths.invoice(account.id, month(1)));
  await page
    .getByRole('row', { name: /^Credit/ })
    .getByText('Credit: Invoice')
    .click();
  await expect(page.getByRole('table', { name: 'What is drawn of Invoice' })).toContainText(
    'Left to pay before, with tax',
  );
  expect(await barriersOn(page)).toEqual([]);
});

test('the overview of an account that has ended shows its last invoice, as issued', async ({
  signedInPage: page,
  account,
  operator,
  send,
  finalize,
}) => {
  await send(1, { app: 'north', count: 30 });
  await send(0, { app: 'north', count: 30 });
  const under = `/api/v1/accounts/${account.id}`;
  await operator.request('POST', `${under}/end`, { at: new Date().toISOString() });
  await page.goto(paths.account(account.id));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The last month');
  await expect(page.getByText('draft, estimated').first()).toBeVisible();
  await expect(() => finalize(0)).toPass();
  await page.reload();
  await expect(page.getByText('final', { exact: true })).toBeVisible();
  await expect(page.getByText('Account ended')).toBeVisible();
  await expect(page.getByText('Yesterday')).toBeHidden();
  expect(await barriersOn(page)).toEqual([]);
});

test('folds charges of nothing, and opens them for a link to one', async ({
  signedInPage: page,
  account,
  send,
  finalize,
}) => {
  const free = ['east', 'south', 'west', 'up', 'down'].map((app) => ({ app, count: 1 }));
  await send(2, { app: 'north', count: 30 }, ...free);
  const invoice = await finalize(2);
  await page.goto(paths.invoice(account.id, invoice.id));
  await expect(page.getByRole('rowheader', { name: /north/ })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /south/ })).toBeHidden();
  await page.getByText('5 charges of $0.00').click();
  await expect(page.getByRole('rowheader', { name: /south/ })).toBeVisible();

  const folded = invoice.lines.find(({ amount }) => amount === '0.00')?.chargeId;
  await page.goto(paths.accounts());
  await page.goto(paths.invoice(account.id, invoice.id, folded));
  await expect(page.locator(`[id="${folded}"]`)).toBeVisible();
  await expect(page.getByRole('table', { name: 'How this charge was computed' })).toHaveCount(1);

  await page.goto(paths.invoiceCharges(account.id, invoice.id, { app: 'north' }));
  await expect(page.getByText('Only the charges of north are shown')).toBeVisible();
  await expect(page.getByText('charges of $0.00')).toBeHidden();
});

test('is there as a file', async ({ signedInPage: page, account, send, finalize }) => {
  await send(2, { app: 'north', count: 30 });
  const invoice = await finalize(2);
  await page.goto(paths.invoice(account.id, invoice.id));
  const href = async (name: string) => (await page.getByRole('link', { name, exact: true }).getAttribute('href')) ?? '';
  const csv = await page.request.get(await href('CSV'));
  const rows: Record<string, string>[] = parse(await csv.text(), { columns: true });
  expect(rows.find(({ row }) => row === 'total')?.amount).toBe(invoice.total);
  const pdf = await page.request.get(await href('PDF'));
  expect(pdf.headers()['content-type']).toBe('application/pdf');

  await page.goto(rows[0]?.url ?? '');
  await expect(page).toHaveURL(new RegExp(`/charges/${invoice.lines[0]?.chargeId}$`));
  await expect(page.getByText(/adds? up to/)).toContainText('exactly');
});
