import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { receiptsOf } from '../support/events/event-door.ts';
import { test as base, expect } from './fixtures.ts';

interface LiveFixtures {
  /** Sends letters of an app; each costs a dollar. */
  letters: (app: string, count: number) => Promise<unknown>;
  /** Starts or stops a machine that costs a dollar a second. */
  machine: (level: 0 | 1) => Promise<unknown>;
  /** The overview of an account whose prices are set. */
  overview: Page;
}

const test = base.extend<LiveFixtures & { prices: { suffix: string } }>({
  prices: async ({ operator, account }, use) => {
    const suffix = randomUUID().slice(0, 8);
    await operator.defineMeter(`letters-${suffix}`, {
      description: 'Letters',
      eventType: `letter.${suffix}`,
      aggregation: 'sum',
      valuePath: '$.count',
      dimensions: { app: '$.app' },
      unit: 'letters',
    });
    await operator.defineMeter(`machines-${suffix}`, {
      description: 'Machines',
      eventType: `machine.${suffix}`,
      aggregation: 'time_weighted',
      levels: 'slots',
      valuePath: '$.level',
      dimensions: { app: '$.app' },
      unit: 'machine-seconds',
    });
    const common = { lineBy: ['app'] };
    await operator.request('POST', `/api/v1/rate-cards/live-${suffix}/versions`, {
      effectiveFrom: '2025-01-01T00:00:00Z',
      currency: 'USD',
      prices: [
        {
          ...common,
          key: 'letters',
          meter: `letters-${suffix}`,
          description: 'Letters',
          model: 'per_unit',
          unitAmount: '1',
        },
        {
          ...common,
          key: 'machines',
          meter: `machines-${suffix}`,
          description: 'Machines',
          model: 'per_time',
          amount: '3600',
          perSeconds: '3600',
        },
      ],
    });
    await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: `live-${suffix}` });
    await use({ suffix });
  },
  letters: async ({ operator, account, server, prices }, use) => {
    const key = await operator.createKey(account);
    await use((app, count) =>
      receiptsOf(server.url, key, [
        cloudEvent({ type: `letter.${prices.suffix}`, subject: app, data: { app, count } }),
      ]),
    );
  },
  machine: async ({ operator, account, server, prices }, use) => {
    const key = await operator.createKey(account);
    await use((level) =>
      receiptsOf(server.url, key, [
        cloudEvent({ type: `machine.${prices.suffix}`, subject: 'press', data: { app: 'press', level } }),
      ]),
    );
  },
  overview: async ({ signedInPage, account, prices }, use) => {
    expect(prices.suffix).toHaveLength(8);
    await signedInPage.goto(paths.account(account.id));
    await use(signedInPage);
  },
});

const total = (page: Page, amount: string) => page.getByRole('link', { name: amount, exact: true }).first();
const state = (page: Page) => page.getByRole('status').filter({ hasText: /^(Live|Catching up|Paused|Offline)$/ });
const largest = (page: Page) => page.getByRole('region', { name: 'Largest charges' });

test('moves as events are accepted: the total, where it is heading and the largest charges', async ({
  overview: page,
  letters,
}) => {
  await expect(state(page)).toHaveText('Live');
  await expect(total(page, '$0.00')).toBeVisible();
  await letters('north', 7);
  await expect(total(page, '$7.00')).toBeVisible();
  await expect(largest(page).getByRole('row', { name: /north/ })).toContainText('$7.00');
  await letters('south', 30);
  await expect(total(page, '$37.00')).toBeVisible();
  await expect(largest(page).getByRole('row').nth(1)).toContainText('south');
  await expect(page.getByRole('img', { name: /^So far \$37\.00/ })).toBeVisible();
});

test('says what runs, and it grows while nothing else happens, until it stops', async ({ overview: page, machine }) => {
  await machine(1);
  const row = largest(page).getByRole('row', { name: /press/ });
  await expect(row).toContainText('running');
  const cents = async () => Number(((await row.textContent()) ?? '').replace(/[\s\S]*?\$([\d.]+)[\s\S]*/, '$1')) * 100;
  const before = await cents();
  await expect.poll(cents).toBeGreaterThan(before + 200);
  await machine(0);
  await expect(row).not.toContainText('running');
});

test('holds still while paused, and then shows what came', async ({ overview: page, letters, operator, account }) => {
  await letters('north', 1);
  await expect(total(page, '$1.00')).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(state(page)).toHaveText('Paused');
  await letters('north', 2);
  const current = () => operator.request('GET', `/api/v1/accounts/${account.id}/invoices/current`);
  await expect.poll(async () => ((await current()) as { total: string }).total).toBe('3.00');
  await expect(page.getByText('1 event held back')).toBeVisible();
  await expect(total(page, '$1.00')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(total(page, '$3.00')).toBeVisible();
});

test('with reduced motion moves when new numbers come', async ({ overview: page, letters }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await letters('north', 5);
  await expect(total(page, '$5.00')).toBeVisible();
});

test.describe('without a connection', () => {
  test.use({ expectedErrors: /ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch/ });

  test('says so, keeps its numbers, and goes on afterwards', async ({ overview: page, letters, context }) => {
    await letters('north', 4);
    await expect(total(page, '$4.00')).toBeVisible();
    await context.setOffline(true);
    await expect(state(page)).toHaveText('Offline', { timeout: 60_000 });
    await expect(total(page, '$4.00')).toBeVisible();
    await letters('north', 5);
    await context.setOffline(false);
    await expect(total(page, '$9.00')).toBeVisible({ timeout: 60_000 });
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('reads the same', async ({ overview: page, letters }) => {
    await letters('north', 4);
    await expect(async () => {
      await page.reload();
      await expect(total(page, '$4.00')).toBeVisible({ timeout: 500 });
    }).toPass();
    await expect(page.getByText('As loaded')).toBeVisible();
  });
});
