import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '../../app/paths.ts';
import { LAST_MONTH, MONTH_BEFORE_LAST, momentIn } from '../../server/demo/calendar.ts';
import type { DemoMemory } from '../../server/demo/demo.ts';
import { startServer } from '../support/servers/server.ts';
import { test as base } from './fixtures.ts';
import { Walk } from './pages/walk.ts';
import { signIn } from './session.ts';

/** When things happened in this demo: it begins three months before it is seeded. */
export interface DemoTime {
  last: number;
  before: number;
  /** Which month of the history has 31 days: of any three in a row one has. */
  long: number;
  /** Milliseconds since 1970 of a moment in the `month`-th month of the history. */
  at: (month: number, day: number, time: string) => number;
  /** As billing periods are called: `2026-10`. */
  key: (month: number) => string;
  /** Seconds the whole month has. */
  secondsOf: (month: number) => number;
}

interface DemoFixtures {
  /** Signs in as a customer of the demo, who then stands on the overview of the account. */
  signedInAs: (email: string, accountId: string) => Promise<Walk>;
}

/** The product with the demo in it, seeded once for all tests of a worker. */
export const test = base.extend<DemoFixtures, { memory: DemoMemory; time: DemoTime }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const server = await startServer({ env: { DEMO: 'on' } });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 400_000 },
  ],
  memory: [
    async ({ server }, use) => use(JSON.parse(await readFile(join(server.dataDir, 'demo.json'), 'utf8'))),
    { scope: 'worker' },
  ],
  time: [async ({ memory }, use) => use(timeOf(Date.parse(memory.anchor))), { scope: 'worker' }],
  signedInAs: async ({ page, server, memory }, use) =>
    use(async (email, accountId) => {
      const person = memory.signIn.find((each) => each.email === email);
      if (person === undefined) throw new Error(`nobody of the demo is ${email}`);
      await page.context().clearCookies();
      await signIn(page, server.url, person);
      await page.goto(paths.account(accountId));
      return new Walk(page);
    }),
});

function timeOf(anchor: number): DemoTime {
  const at: DemoTime['at'] = (month, day, time) => momentIn(anchor, month, day, time);
  const secondsOf = (month: number) => (at(month + 1, 1, '00:00:00') - at(month, 1, '00:00:00')) / 1000;
  return {
    ...{ at, secondsOf, last: LAST_MONTH, before: MONTH_BEFORE_LAST },
    long: [LAST_MONTH, MONTH_BEFORE_LAST, 0].find((month) => secondsOf(month) === 31 * 86_400) ?? LAST_MONTH,
    key: (month) => new Date(at(month, 1, '00:00:00')).toISOString().slice(0, 7),
  };
}
