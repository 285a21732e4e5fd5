import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Changes, ToldDriver } from '../server/explanation/why/changes/changes.types.ts';
import { openSeededDemo, type SeededDemo } from './support/demo/seeded-demo.ts';
import { divide, exactly } from './support/invoices/on-paper.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** The demo of somebody who starts it in November: October is the last month, and final. */
const NOW = new Date('2026-11-04T12:00:00Z');
const ROBIN = 'robin@tern.example';
const INES = 'ines@orbit.example';
const DAY = 86_400;
/** How far rounding on the way may take an amount from what it is on paper: twenty times the last of its twelve digits. */
const LAST_DIGITS = 20n * 10n ** 18n;

/** October against September. */
const OCTOBER = ['from=2026-10-01', 'to=2026-11-01', 'compareFrom=2026-09-01', 'compareTo=2026-10-01']
  .map((bound) => `${bound}T00:00:00Z`)
  .join('&');

let demo: SeededDemo;
beforeAll(async () => {
  demo = await openSeededDemo(NOW);
});
afterAll(() => demo?.close());

type Event = Awaited<ReturnType<SeededDemo['events']>>[number];

const instant = (text: string) => Date.parse(`2026-${text.replace(' ', 'T')}Z`);
const ofDay = ({ at }: Event, day: string) => at.startsWith(`2026-${day}`);

/** Seconds that a process' dynos ran on a day, all slots together: from what its events say, level by level. */
async function dynoSeconds(account: string, resource: string, day: string): Promise<number> {
  const from = instant(`${day} 00:00:00`);
  const to = from + DAY * 1000;
  const events = await demo.events(account, resource);
  const levels = events.map(({ at, data }) => ({ at: Date.parse(at), quantity: Number(data.quantity) }));
  const slots = levels.map(({ at, quantity }, i) => {
    const until = Math.min(levels[i + 1]?.at ?? to, to);
    return quantity * Math.max(0, until - Math.max(at, from));
  });
  return slots.reduce((a, b) => a + b, 0) / 1000;
}

const sumOf = (events: readonly Event[], name: string) => events.reduce((sum, { data }) => sum + Number(data[name]), 0);

/** Asks why something came to more; whatever is asked, the drivers are all of it. */
async function why(path: string): Promise<Changes> {
  const changes = (await demo.get(`/api/v1/accounts/${path}`)) as Changes;
  expect(exactSum(changes.drivers.map(({ amountExact }) => amountExact))).toBe(exact(changes.differenceExact));
  expect(exact(changes.amountExact) - exact(changes.compareAmountExact)).toBe(exact(changes.differenceExact));
  return changes;
}

function driverOf({ drivers }: Changes, kind: ToldDriver['kind'], about: RegExp): ToldDriver {
  const found = drivers.filter((driver) => driver.kind === kind && about.test(driver.description));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(
      `${found.length} of kind ${kind} about ${about} among\n${drivers.map((d) => d.description).join('\n')}`,
    );
  }
  return only;
}

function expectAmount({ amountExact }: ToldDriver, onPaper: string) {
  const off = exact(amountExact) - exact(onPaper);
  expect([amountExact, off <= LAST_DIGITS && off >= -LAST_DIGITS], `${onPaper} on paper`).toEqual([amountExact, true]);
}

it('a license ran out: when, what it no longer covers, and who had used it up', async () => {
  const driver = driverOf(await why('orbit/days/2026-10-24/changes?against=usual'), 'license', /^Dyno units ran out/);
  // 22 ¼ days of 16 units leave 47 of 13 × 31 unit-days; 5 dynos take 80 of them a day.
  const ranOut = instant('10-23 06:00:00') + ((13 * 31 - 16 * 22.25) / 80) * DAY * 1000;
  expect(driver.at).toBe(new Date(ranOut).toISOString().replace('Z', '000Z'));
  // On the 24th nothing was covered. What is usual is one dyno, wholly covered: that one is now on demand.
  expectAmount(driver, exactly({ monthly: 500, slots: [await dynoSeconds('orbit', 'orbit-dispatch/web', '10-17')] }));
  expect(driver).toMatchObject({ actor: INES, eventsAre: 'uncovered' });
  expect(driver.eventRefs?.[0]).toMatchObject({ at: '2026-10-23T06:00:00.000000Z', actor: INES });
});

it('scaled up: who, from how many to how many, and what the hours come to', async () => {
  const driver = driverOf(await why('orbit/days/2026-10-24/changes?against=usual'), 'usage', /^Performance-L/);
  const [day, usual] = [
    await dynoSeconds('orbit', 'orbit-dispatch/web', '10-24'),
    await dynoSeconds('orbit', 'orbit-dispatch/web', '10-17'),
  ];
  expect(day - usual).toBe(72 * 3600);
  expectAmount(driver, exactly({ monthly: 500, slots: [day - usual].flatMap((all) => Array(4).fill(all / 4)) }));
  expect(driver).toMatchObject({ actor: INES, at: '2026-10-23T06:00:00.000000Z', arithmetic: '72 h × 500.00 ÷ 720 h' });
  expect(driver.description).toContain(`${INES} scaled it 1 → 5 on 23 Oct, 06:00 UTC`);
});

it('a new app: all that it brought, and who made it', async () => {
  const driver = driverOf(await why('tern/days/2026-10-02/changes?against=usual'), 'new', /^tern-promo /);
  const [dyno, database] = [14 * 3600, 14 * 3600 - 5];
  expectAmount(driver, exactly({ monthly: 7, slots: [dyno] }, { monthly: 5, slots: [database] }));
  expect(driver.description).toBe(`tern-promo is new: ${ROBIN} started it on 2 Oct, 10:00 UTC`);
  expect(driver).toMatchObject({ actor: ROBIN, at: '2026-10-02T10:00:00.000000Z' });
  expect(driver.eventRefs?.map(({ at }) => at)).toEqual(['2026-10-02T10:00:00.000000Z', '2026-10-02T10:00:05.000000Z']);
});

it('another plan: from which to which, and who changed it', async () => {
  const driver = driverOf(await why('tern/days/2026-10-21/changes?against=usual'), 'resize', /^postgresql-amber-11250/);
  expectAmount(driver, exactly({ monthly: 50 - 5, slots: [DAY] }));
  expect(driver.description).toBe(
    `postgresql-amber-11250 changed from Postgres essential-0 to Postgres standard-0: ${ROBIN} changed it on 20 Oct, 08:00 UTC`,
  );
  expect(driver).toMatchObject({ actor: ROBIN, at: '2026-10-20T08:00:00.000000Z', resource: 'postgresql-amber-11250' });
});

it('the day and the months around a change of plan say the same of it', async () => {
  for (const path of ['tern/days/2026-10-20/changes?against=previous', 'tern/changes']) {
    const driver = driverOf(await why(path), 'resize', /^postgresql-amber-11250/);
    expect(driver.description).toContain('changed from Postgres essential-0 to Postgres standard-0');
    // Also in November, when what it began has run since the first instant of the month.
    expect(driver).toMatchObject({ actor: ROBIN, at: '2026-10-20T08:00:00.000000Z' });
  }
});

it('another price: from which to which, since when, for the charge that has it', async () => {
  const driver = driverOf(await why('tern/days/2026-10-16/changes?against=usual'), 'price', /^Logtrail fixed/);
  expectAmount(driver, exactly({ monthly: 69 - 65, slots: [DAY] }));
  expect(driver).toMatchObject({
    arithmetic: '24 h × (69.00 − 65.00) ÷ 720 h',
    at: '2026-10-16T00:00:00.000000Z',
    resource: 'logtrail-steady-20553',
  });
  expect(driver.description).toContain('its price changed from 65.00 to 69.00 per 30 days');
  expect(driver.chargeId).toBeTruthy();
});

it('a forgotten review app: there for five days, and by whom', async () => {
  const driver = driverOf(await why('tern/days/2026-10-18/changes?against=usual'), 'new', /^tern-shop-pr-61 /);
  expectAmount(driver, exactly({ monthly: 7, slots: [DAY] }, { monthly: 5, slots: [DAY] }));
  expect(driver.description).toBe(`tern-shop-pr-61 is new: ${ROBIN} started it on 13 Oct, 10:01 UTC`);
  expect(driver).toMatchObject({ actor: ROBIN });
  expect(driver.inside).toHaveLength(2);
});

it('a spike of tokens: how many, and by whom the largest requests are', async () => {
  const changes = await why('tern/days/2026-10-26/changes?against=usual');
  const events = await demo.events('tern', 'inference-plain-66104');
  const [day, usual] = ['10-26', '10-19'].map((each) => events.filter((event) => ofDay(event, each)));
  for (const [name, about, perMillion] of [
    ['contextTokens', /^chat-large, context tokens used 3,000,000 tokens more/, 3n],
    ['generatedTokens', /^chat-large, generated tokens used 600,000 tokens more/, 15n],
  ] as const) {
    const driver = driverOf(changes, 'usage', about);
    const more = BigInt(sumOf(day ?? [], name) - sumOf(usual ?? [], name));
    // Tokens × what a million costs, as a decimal with six places.
    expectAmount(
      driver,
      `${(more * perMillion) / 1_000_000n}.${String((more * perMillion) % 1_000_000n).padStart(6, '0')}`,
    );
    expect(driver).toMatchObject({ actor: ROBIN, eventsAre: 'largest', at: '2026-10-26T10:00:00.000000Z' });
    expect(driver.description).toContain(`the largest events are by ${ROBIN}, from 26 Oct, 10:00 UTC`);
  }
});

it('a cap that is no longer reached: what it had saved, for each charge', async () => {
  const day = await why('tern/days/2026-11-01/changes?against=previous');
  const month = await why(
    'tern/changes?from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z&compareFrom=2026-08-01T00:00:00Z&compareTo=2026-09-01T00:00:00Z',
  );
  for (const changes of [day, month]) {
    const driver = driverOf(changes, 'cap', /of web on tern-site/);
    // Of 31 days the cap leaves 30; of a month of 30 days nothing is saved.
    expectAmount(driver, exactly({ monthly: 25, slots: [DAY] }));
    expect(driver).toMatchObject({
      description: 'Standard-1X dynos of web on tern-site stays below its cap, which had saved 0.83',
      arithmetic: '0.00 − (−0.833333333333)',
      resource: 'tern-site/web',
    });
  }
});

it('a credit that lapsed: what it had paid, when, and what was left of it', async () => {
  const changes = await why(`kim/changes?${OCTOBER}`);
  const driver = driverOf(changes, 'credit', /^Welcome credit/);
  const [fee, granted] = [5, 8];
  expect(driver.description).toBe(
    `Welcome credit paid 5.00 before, and nothing now: it lapsed on 1 Oct, 00:00 UTC, with ${(granted - fee).toFixed(2)} left`,
  );
  expect(driver).toMatchObject({
    ...{ amountExact: String(fee), at: '2026-10-01T00:00:00.000000Z', arithmetic: '5.00 − 0.00' },
  });
  expect(changes.differenceExact).toBe(String(fee));
  const { grants, entries } = await demo.credits('kim');
  expect(grants).toMatchObject([{ amount: String(granted), drawn: String(fee), lapsed: String(granted - fee) }]);
  expect(entries.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(['grant 8', 'draw -5', 'lapse -3']);
});

it('events that came late: what happened, when it was told, by whom, and on which invoice', async () => {
  const changes = await why(`tern/changes?${OCTOBER}`);
  const command = driverOf(changes, 'correction', /of run on tern-shop/);
  expectAmount(command, exactly({ monthly: 25, slots: [4 * 3600] }));
  expect(command.description).toBe(
    `Correction of TERN-0002: Standard-1X dynos of run on tern-shop stands on this invoice: what ${ROBIN} did on 27 Sept, 09:00 UTC was told on 25 Oct, 07:30 UTC`,
  );
  expect(command).toMatchObject({ actor: ROBIN, at: expect.stringMatching(/^2026-10-25T07:30:0/) });
  expect(command.eventRefs?.map(({ at }) => at)).toEqual([
    '2026-09-27T09:00:00.000000Z',
    '2026-09-27T13:00:00.000000Z',
  ]);

  const worker = driverOf(changes, 'correction', /of thumbnails on tern-site/);
  const [charged, used] = ['10-01 00:00:00', '09-24 18:00:00'].map(
    (end) => (instant(end) - instant('09-10 09:00:00')) / 1000,
  ) as [number, number];
  const off = divide(2500n * BigInt(charged - used) * 10n ** 10n, 2_592_000n, 'even');
  const difference = exact(worker.amountExact) + off * 10n ** 18n;
  expect(difference <= LAST_DIGITS && difference >= -LAST_DIGITS).toBe(true);
  expect(worker.eventRefs?.[0]).toMatchObject({ at: '2026-09-24T18:00:00.000000Z', actor: ROBIN });
});

/** What the arithmetic of a driver comes to when it is done by hand; `null` where it is no product. A float: it is read as people read it. */
function byHand(arithmetic: string): { comes: number; form: string } | null {
  const number = (text = '0') => Number(text.replaceAll(',', ''));
  const found = /^(−?)(.+?) × (.+?)(?: − ([\d.]+) %)?$/.exec(arithmetic);
  if (found === null) return null;
  const [, minus, factor = '', unit = '', percent = '0'] = found;
  const time = /^([\d,]+) h(?: (\d+) min)?(?: ([\d.]+) s)?$/.exec(factor);
  const counted = /^([\d,.]+)(?: [^\d]+)?$/.exec(factor);
  const quantity = time
    ? number(time[1]) + number(time[2]) / 60 + number(time[3]) / 3600
    : counted
      ? number(counted[1])
      : null;
  const price = /^(?:\(([\d,.]+) − ([\d,.]+)\)|([\d,.]+))(?: ÷ ([\d,.]+)(?: [hs])?)?( of the first tier)?$/.exec(unit);
  if (quantity === null || price === null) return null;
  const [, now, was, alone, per = '1', tier] = price;
  const each = (alone === undefined ? number(now) - number(was) : number(alone)) / number(per);
  const sign = minus === '' ? 1 : -1;
  const form = tier !== undefined ? 'tier' : alone === undefined ? 'difference' : 'product';
  return { comes: (sign * quantity * each * (100 - Number(percent))) / 100, form };
}

it('arithmetic comes to the amount wherever it is told', async () => {
  const faults: string[] = [];
  const told = new Map<string, number>();
  for (const account of ['tern', 'orbit', 'acme', 'jane']) {
    for (const path of [
      'changes',
      'days/2026-10-16/changes?against=previous',
      'days/2026-10-21/changes?against=usual',
      'days/2026-10-24/changes?against=usual',
    ]) {
      const { drivers } = await why(`${account}/${path}`);
      const parts = drivers.flatMap(({ kind, inside }) =>
        inside.map((part) => ({ ...part, kind: `a part of ${kind}` })),
      );
      for (const { kind, description, arithmetic = '', amountExact } of [...drivers, ...parts]) {
        const found = byHand(arithmetic);
        if (found === null) continue;
        const { comes, form } = found;
        for (const name of [form, `${form} of ${kind}`]) told.set(name, (told.get(name) ?? 0) + 1);
        if (Math.abs(comes - Number(amountExact)) > 1e-6)
          faults.push(`${account} ${description}: ${arithmetic} is ${comes}`);
      }
    }
  }
  expect(faults).toEqual([]);
  expect(told.get('product')).toBeGreaterThan(10);
  for (const form of [
    'tier of usage',
    'difference of price',
    'difference of resize',
    'difference of a part of price',
    'product of a part of new',
  ])
    expect([form, told.get(form) ?? 0]).not.toEqual([form, 0]);
});
