import { defineConfig, devices } from '@playwright/test';
import { findChromium } from './server/commands/prepare/browser.mjs';

const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// Chromium's sandbox does not start as root, and machines without a screen have no graphics card.
const HEADLESS = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

export default defineConfig({
  testDir: 'e2e/browser',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/browser/build-once.ts',
  // Each worker runs a server of its own; a third would only slow the two down.
  workers: process.env.CI ? 2 : 1,
  fullyParallel: false,
  // What passes only sometimes is broken.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Machines differ: what is waited for are conditions, and these only end what hangs.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    locale: 'en-US',
    timezoneId: 'UTC',
    // Without a film of it, which took a tenth of all the time: it holds the pages themselves, and what failed is photographed.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findChromium(), args: [...QUIET, ...HEADLESS] },
  },
});
