import type { Locator, Page } from '@playwright/test';
import { paths } from '../../app/paths.ts';
import { barriersOn } from './barriers.ts';
import { type DemoTime, test } from './demo-fixtures.ts';
import { expect } from './fixtures.ts';

test.setTimeout(300_000);

const ROBIN = ['robin@tern.example', 'tern'] as const;
const INES = ['ines@orbit.example', 'orbit'] as const;
const KIM = ['kim@kim.example', 'kim'] as const;

/** Why something cost more, and where a customer finds it: on a day, or in a month as a whole. */
interface Cause {
  name: string;
  who: readonly [email: string, account: string];
  /** Months count from the start of history. `null`: this history has none. */
  when: (time: DemoTime) => { month: number; day?: number } | null;
  /** The kind and the words of its driver. */
  driver: RegExp;
  /** Link of the driver that leads to the event, or to the charge or ledger that shows it. */
  to: RegExp;
  /** What stands there. */
  shows: RegExp;
}

const DID = /^Event of /;
const last = (day?: number) => (time: DemoTime) => ({ month: time.last, ...(day === undefined ? {} : { day }) });

const CAUSES: Cause[] = [
  {
    ...{ name: 'a license ran out', who: INES, when: last(24) },
    ...{ driver: /License\. Dyno units ran out on 23 /, to: DID, shows: /"actor": "ines@orbit\.example"/ },
  },
  {
    ...{ name: 'scaled up', who: INES, when: last(24) },
    ...{ driver: /More usage\..*ines@orbit\.example scaled it 1 → 5 on 23 /, to: DID, shows: /"previousQuantity": 1/ },
  },
  {
    ...{ name: 'a new app', who: ROBIN, when: last(2) },
    ...{ driver: /New\. tern-promo is new: robin@tern\.example started it/, to: DID, shows: /"cause": "app-created"/ },
  },
  {
    ...{ name: 'another plan', who: ROBIN, when: last(21) },
    ...{
      driver: /Size or plan\. postgresql-amber-11250 changed from Postgres essential-0 to Postgres standard-0/,
      to: DID,
    },
    shows: /"actor": "robin@tern\.example"/,
  },
  {
    ...{ name: 'another price', who: ROBIN, when: last(16) },
    ...{ driver: /Price\. Logtrail fixed: its price changed from 65\.00 to 69\.00/, to: /^its resource$/ },
    shows: /Logtrail fixed/,
  },
  {
    ...{ name: 'a forgotten review app', who: ROBIN, when: last(18) },
    ...{ driver: /New\. tern-shop-pr-61 is new: robin@tern\.example started it on 13 /, to: DID },
    shows: /"pullRequest": 61/,
  },
  {
    ...{ name: 'a spike of tokens', who: ROBIN, when: last(26) },
    ...{ driver: /context tokens used 3,000,000 tokens more: the largest events are by robin@tern\.example/, to: DID },
    shows: /"contextTokens": 10000/,
  },
  {
    name: 'a cap no longer reached',
    who: ROBIN,
    when: ({ before, last: latest, secondsOf }) => {
      const month = [before, latest].find(
        (each) => secondsOf(each - 1) > secondsOf(each) && secondsOf(each) <= 2_592_000,
      );
      return month === undefined ? null : { month };
    },
    ...{ driver: /Cap\. Standard-1X dynos of web on tern-site stays below its cap, which had saved 0\.83/ },
    ...{ to: /^its resource$/, shows: /tern-site\/web/ },
  },
  {
    ...{ name: 'a credit lapsed', who: KIM, when: last() },
    ...{ driver: /Credit\. Welcome credit paid 5\.00 before, and nothing now: it lapsed on 1 .*, with 3\.00 left/ },
    ...{ to: /^credits$/, shows: /Lapsed, not drawn in time/ },
  },
  {
    ...{ name: 'an event that came late', who: ROBIN, when: last() },
    ...{ driver: /Correction\..* of run on tern-shop stands on this invoice: what robin@tern\.example did/, to: DID },
    shows: /"command": "rake images:rebuild"/,
  },
];

/** How somebody opens a link, and a day of the picture. */
interface Hand {
  link: (page: Page, link: Locator) => Promise<void>;
  bar: (page: Page, day: { href: string; share: number }) => Promise<void>;
}

/** Where the bar of a day is, as a share of the month, in the picture that scripts draw. */
async function placeOfBar(page: Page, share: number): Promise<{ x: number; y: number }> {
  const chart = page.locator('.chart-interactive');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('there is no chart');
  return { x: box.x + 48 + share * (box.width - 48), y: box.y + box.height * 0.8 };
}

const mouse: Hand = {
  link: (_page, link) => link.click(),
  bar: async (page, { share }) => {
    const { x, y } = await placeOfBar(page, share);
    await page.mouse.click(x, y);
  },
};
const finger: Hand = {
  link: (_page, link) => link.tap(),
  bar: async (page, { share }) => {
    const { x, y } = await placeOfBar(page, share);
    await page.touchscreen.tap(x, y);
  },
};
/** Where no script runs the picture itself is made of links. */
const withoutScripts: Hand = { ...mouse, bar: (page, { href }) => page.locator(`.chart a[href="${href}"]`).click() };
/** Tabs to the link, as somebody without a pointer does, and opens it. */
const keyboard: Hand = {
  ...mouse,
  link: async (page, link) => {
    await expect(link).toBeVisible();
    const isThere = () => link.evaluate((a) => a === a.ownerDocument.activeElement);
    for (let tabs = 0; tabs < 300 && !(await isThere()); tabs++) await page.keyboard.press('Tab');
    expect(await isThere(), 'it is reached by tabs').toBe(true);
    await page.keyboard.press('Enter');
  },
};

/** From the overview to what shows the cause; returns in how many clicks. */
async function find(page: Page, time: DemoTime, { who, when, driver, to, shows }: Cause, hand: Hand): Promise<number> {
  const at = when(time);
  if (at === null) throw new Error('it did not happen');
  const [, account] = who;
  await page.goto(paths.account(account, { period: time.key(at.month) }));
  let clicks = 0;
  if (at.day !== undefined) {
    const href = paths.day(account, `${time.key(at.month)}-${String(at.day).padStart(2, '0')}`);
    await hand.bar(page, { href, share: (at.day - 0.5) / (time.secondsOf(at.month) / 86_400) });
    clicks++;
    await expect(page).toHaveURL(new RegExp(`${href}$`));
  }
  const follow = async (link: Locator) => {
    await hand.link(page, link);
    clicks++;
  };
  await follow(page.getByRole('link', { name: 'All that made the difference' }));
  await expect(page.getByRole('heading', { name: 'What changed', level: 1 })).toBeVisible();
  const told = page.getByRole('region', { name: 'Drivers' }).getByRole('listitem').filter({ hasText: driver });
  await follow(told.getByRole('link', { name: to }).first());
  await expect(page.getByRole('main')).toContainText(shows);
  return clicks;
}

for (const cause of CAUSES) {
  test(`${cause.name}: from the overview to what shows it, in three clicks`, async ({ page, signedInAs, time }) => {
    test.skip(cause.when(time) === null, 'it did not happen in the months there are');
    await signedInAs(...cause.who);
    expect(await find(page, time, cause, mouse)).toBeLessThanOrEqual(3);
  });
}

const causeNamed = (name: string) => CAUSES.find((cause) => cause.name === name) as Cause;

test('with a keyboard alone', async ({ page, signedInAs, time }) => {
  const cause = causeNamed('an event that came late');
  await signedInAs(...cause.who);
  expect(await find(page, time, cause, keyboard)).toBeLessThanOrEqual(3);
});

test('without JavaScript', async ({ browser, page, signedInAs, time }) => {
  const cause = causeNamed('scaled up');
  await signedInAs(...cause.who);
  const storageState = await page.context().storageState();
  const { origin } = new URL(page.url());
  const context = await browser.newContext({ javaScriptEnabled: false, storageState, baseURL: origin });
  expect(await find(await context.newPage(), time, cause, withoutScripts)).toBeLessThanOrEqual(3);
  await context.close();
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('by touch', async ({ page, signedInAs, time }) => {
    const cause = causeNamed('a forgotten review app');
    await signedInAs(...cause.who);
    expect(await find(page, time, cause, finger)).toBeLessThanOrEqual(3);
  });
});

/** What keeps anybody out of the page as it stands, on small screens and on large ones, in both themes. */
async function barriersAt(page: Page, widths: readonly number[]): Promise<string[]> {
  const barriers: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    barriers.push(...(await barriersOn(page)).map((barrier) => `${width}: ${barrier}`));
  }
  return barriers;
}

const WIDTHS = [320, 390, 1280, 1920];

test('nothing keeps anybody out on the way', async ({ page, signedInAs, time }) => {
  await signedInAs(...ROBIN);
  const day = `${time.key(time.last)}-21`;
  await page.goto(paths.account('tern', { period: time.key(time.last) }));
  expect(await barriersAt(page, WIDTHS)).toEqual([]);
  for (const place of [paths.day('tern', day), paths.changes('tern', { day, against: 'usual' })]) {
    await page.goto(place);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await barriersAt(page, WIDTHS)).toEqual([]);
  }
  const charge = page.getByRole('listitem').filter({ hasText: 'postgresql-amber-11250' });
  await charge.getByRole('link', { name: 'its resource' }).click();
  await expect(page.getByRole('heading', { name: 'postgresql-amber-11250' })).toBeVisible();
  expect(await barriersAt(page, WIDTHS)).toEqual([]);
});

test('nor from an account in which nothing happened', async ({ signedInPage: page, account }) => {
  for (const place of [paths.account(account.id), paths.changes(account.id)]) {
    await page.goto(place);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    expect(await barriersAt(page, [320, 1920])).toEqual([]);
  }
});

test('nor from an overview that is paused', async ({ page, signedInAs }) => {
  await signedInAs(...ROBIN);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('status').filter({ hasText: /^Paused$/ })).toBeVisible();
  expect(await barriersAt(page, [320, 1280])).toEqual([]);
});

test.describe('where metering is behind', () => {
  test.use({ expectedErrors: /Failed to load resource|WebSocket/ });

  test('it is said, and nothing keeps anybody out of that', async ({ page, signedInAs }) => {
    await signedInAs(...ROBIN);
    await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await page.route(/socket\.io/, (route) => route.abort());
    // The page as it would be read three hours from now, had nothing been metered since.
    await page.route(/\/accounts\/tern\.data/, async (route) => {
      const response = await route.fetch();
      const later = new Date(Date.now() + 3 * 3_600_000).toISOString();
      const body = (await response.text()).replace(/"loadedAt","[^"]+"/, `"loadedAt","${later}"`);
      await route.fulfill({ response, body });
    });
    await page.goto(paths.usage('tern'));
    // Before scripts run a link loads a whole page.
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: /^Metering is .* behind/ })).toBeVisible();
    expect(await barriersAt(page, [320, 1280])).toEqual([]);
  });
});

test.describe('where a reading fails', () => {
  test.use({ expectedErrors: /SyntaxError|Failed to load resource/ });

  test('it is said, and nothing keeps anybody out of that', async ({ page, signedInAs }) => {
    await signedInAs(...ROBIN);
    await page.route(/\/changes\.data/, (route) =>
      route.fulfill({ status: 500, contentType: 'text/plain', body: 'Unexpected Server Error' }),
    );
    // Before scripts run a link loads a whole page, of which no part can fail.
    await expect(page.getByRole('status').filter({ hasText: /^Live$/ })).toBeVisible();
    await page.getByRole('link', { name: 'All that made the difference' }).click();
    await expect(page).toHaveURL(/\/changes/);
    await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Drivers' })).toHaveCount(0);
    expect(await barriersAt(page, [320, 1280])).toEqual([]);
  });
});

test('the picture of the days has the heights of the numbers in its table', async ({ page, signedInAs, time }) => {
  await signedInAs('ada@acme.example', 'acme');
  for (const choice of [{}, { by: 'product' }] as const) {
    await page.goto(paths.account('acme', { ...choice, period: time.key(time.last) }));
    const days = time.secondsOf(time.last) / 86_400;
    const { rows, bars, top } = await page.evaluate(drawn);
    expect(rows).toHaveLength(days);
    for (const [i, { values }] of rows.entries()) {
      const x = `${Math.round(((i + 0.1) / days) * 10_000) / 100}%`;
      const heights = bars.filter((bar) => bar.x === x).map(({ height }) => height);
      const expected = values.filter((value) => value > 0).map((value) => (value / top) * PLOT);
      expect(heights).toHaveLength(expected.length);
      // A pixel of each bar may be the hairline above it, and none is so small that it is not seen.
      for (const [j, height] of heights.entries())
        expect(Math.abs(height - (expected[j] ?? 0))).toBeLessThanOrEqual(1.02);
      const all = values.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(all - (rows[i]?.all ?? 0))).toBeLessThan(1e-9);
    }
  }
});

/** Pixels from the axis to its highest tick. */
const PLOT = 200;

/** The bars that are painted, in their order, the highest tick, and the numbers of the table beside them. Runs on the page. */
function drawn() {
  const number = (text: string | null) => Number((text ?? '').replaceAll(',', ''));
  const chart = document.querySelector('.chart-static');
  const bars = [...(chart?.querySelectorAll('rect[fill]:not([class])') ?? [])].map((bar) => ({
    x: bar.getAttribute('x') ?? '',
    height: Number(bar.getAttribute('height')),
  }));
  const ticks = [...(chart?.querySelector('svg')?.querySelectorAll('text') ?? [])].map(({ textContent }) =>
    (textContent ?? '').endsWith(' k') ? number((textContent ?? '').slice(0, -2)) * 1_000 : number(textContent),
  );
  const table = document.querySelector('.days-scroll table');
  const rows = [...(table?.querySelectorAll('tbody tr') ?? [])]
    .filter((row) => /\d/.test(row.querySelector('th')?.textContent ?? ''))
    .map((row) => {
      const [all = 0, ...values] = [...row.querySelectorAll('td')].map(({ textContent }) => number(textContent));
      return { all, values };
    });
  return { rows, bars, top: Math.max(...ticks) };
}
