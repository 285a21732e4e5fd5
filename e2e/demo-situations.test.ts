import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Changes } from '../server/explanation/why/changes/changes.types.ts';
import { lineOf, openSeededDemo, type SeededDemo } from './support/demo/seeded-demo.ts';
import { cents, decimal, divide, exactly, rounded } from './support/invoices/on-paper.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** The demo of somebody who starts it in November: October, with 31 days, is the last month, and final. */
const NOW = new Date('2026-11-04T12:00:00Z');
const LAST = '2026-10';
const BEFORE_LAST = '2026-09';
const SECONDS_BILLED = 2_592_000n;

let demo: SeededDemo;
beforeAll(async () => {
  demo = await openSeededDemo(NOW);
});
afterAll(() => demo?.close());

/** Seconds between two moments, given as `10-02 10:00:05` of 2026. */
const seconds = (from: string, to: string) => (moment(to) - moment(from)) / 1000;
const moment = (text: string) => Date.parse(`2026-${text.replace(' ', 'T')}Z`);

describe('dynos', () => {
  it('no traffic, and a bill: wall clock is charged, up to the cap of a month of 31 days', async () => {
    const october = lineOf(await demo.invoice('tern', LAST), 'dyno.standard-1x', { app: 'tern-site', process: 'web' });
    expect(october.quantity).toBe(String(seconds('10-01 00:00:00', '11-01 00:00:00')));
    expect(october.amount).toBe('25.00');
    const uncapped = divide(2500n * BigInt(31 * 86_400) * 10n ** 10n, SECONDS_BILLED, 'even');
    expect(october.steps).toContainEqual({ name: 'charge model', amount: decimal(uncapped, 12) });
    expect(october.steps.map(({ name }) => name)).toContain('cap or minimum');
    const september = lineOf(await demo.invoice('tern', BEFORE_LAST), 'dyno.standard-1x', {
      app: 'tern-site',
      process: 'web',
    });
    expect(september.amount).toBe('25.00');
    expect(september.steps.map(({ name }) => name)).not.toContain('cap or minimum');
  });

  it('the hourly price as it is published, times the hours, is not the monthly price', async () => {
    const { quantity, amount } = lineOf(await demo.invoice('tern', LAST), 'dyno.standard-1x', {
      app: 'tern-site',
      process: 'web',
    });
    const hours = Number(quantity) / 3600;
    expect(hours).toBe(744);
    // 25.00 ÷ 720 = 0.0347…, published as 0.035: in thousandths of a dollar.
    expect(35 * hours).toBe(26_040);
    expect(amount).toBe('25.00');
  });

  it('one-off dynos: a console of eleven minutes and a script of two hours', async () => {
    const line = lineOf(await demo.invoice('tern', LAST), 'dyno.standard-1x', { app: 'tern-shop', process: 'run' });
    expect(line.amountExact).toBe(exactly({ monthly: 25, slots: [657, 7200] }));
    expect(line.amount).toBe('0.08');
    const [console] = await demo.events('tern', 'tern-shop/run.4821');
    expect(console?.data).toMatchObject({ cause: 'run', actor: 'robin@tern.example', command: 'rails console' });
    const [script] = await demo.events('tern', 'tern-shop/run.6140');
    expect(script?.data).toMatchObject({ cause: 'run:detached', actor: 'robin@tern.example' });
  });

  it('a release dyno: 43 seconds, less than a cent', async () => {
    const line = lineOf(await demo.invoice('tern', LAST), 'dyno.standard-1x', { app: 'tern-shop', process: 'release' });
    expect(line).toMatchObject({ quantity: '43', amountExact: exactly({ monthly: 25, slots: [43] }), amount: '0.00' });
    const [release] = await demo.events('tern', 'tern-shop/release.3307');
    expect(release?.data).toMatchObject({ cause: 'release', release: 'v41', actor: 'robin@tern.example' });
  });

  it('a resize: two prices, each for its own time', async () => {
    const invoice = await demo.invoice('tern', LAST);
    const web = { app: 'tern-shop', process: 'web' };
    const before = [seconds('10-01 00:00:00', '10-12 14:20:00')];
    const after = [seconds('10-12 14:20:00', '11-01 00:00:00')];
    expect(lineOf(invoice, 'dyno.standard-1x', web).amountExact).toBe(exactly({ monthly: 25, slots: before }));
    expect(lineOf(invoice, 'dyno.standard-2x', web).amountExact).toBe(exactly({ monthly: 50, slots: after }));
  });

  it('autoscaling: each slot for its own time, only the first reaches its cap', async () => {
    const line = lineOf(await demo.invoice('tern', LAST), 'dyno.standard-1x', { app: 'tern-shop', process: 'worker' });
    const slots = [31 * 24, 6, 5, 3.5].map((hours) => hours * 3600);
    expect(line.quantity).toBe(String(slots.reduce((a, b) => a + b)));
    expect(line.amountExact).toBe(exactly({ monthly: 25, slots }));
    const scaled = (await demo.events('tern', 'tern-shop/worker')).filter(({ data }) => data.cause === 'autoscale');
    expect(scaled.map(({ data }) => data.quantity)).toEqual([2, 4, 3, 1]);
  });
});

describe('apps', () => {
  it('a deleted app: what it used before, and nothing after', async () => {
    const { quantity, amount } = lineOf(await demo.invoice('tern', LAST), 'dyno.basic', { app: 'tern-promo' });
    expect(quantity).toBe('79556');
    // The months, to seven decimals, and the amount of the published invoice.
    expect(decimal(divide(79_556n * 10n ** 7n, SECONDS_BILLED, 'up'), 7)).toBe('0.0306929');
    expect(amount).toBe('0.21');
    expect((await demo.events('tern', 'tern-promo/web')).at(-1)?.data).toMatchObject({
      quantity: 0,
      cause: 'app-destroyed',
      actor: 'robin@tern.example',
    });
    expect((await demo.invoice('tern', 'current')).lines.some(({ priceKey }) => priceKey === 'dyno.basic')).toBe(false);
  });

  it('an add-on that outlived its app is charged on', async () => {
    const by = { app: 'tern-promo' };
    const october = [seconds('10-02 10:00:05', '11-01 00:00:00')];
    const november = [seconds('11-01 00:00:00', '11-04 12:00:00')];
    const key = 'addon.postgresql.essential-0';
    expect(lineOf(await demo.invoice('tern', LAST), key, by).amountExact).toBe(exactly({ monthly: 5, slots: october }));
    const open = lineOf(await demo.invoice('tern', 'current'), key, by);
    expect(open.amountExact).toBe(exactly({ monthly: 5, slots: november }));
  });

  it('a review app: its dyno and its database, with the pull request', async () => {
    const invoice = await demo.invoice('tern', LAST);
    const by = { app: 'tern-shop-pr-58' };
    const booted = [seconds('10-09 11:01:00', '10-10 16:30:00')];
    const lived = [seconds('10-09 11:00:00', '10-10 16:30:00')];
    expect(lineOf(invoice, 'dyno.basic', by).amountExact).toBe(exactly({ monthly: 7, slots: booted }));
    expect(lineOf(invoice, 'addon.postgresql.essential-0', by).amountExact).toBe(exactly({ monthly: 5, slots: lived }));
    const [begun] = await demo.events('tern', 'tern-shop-pr-58/web');
    expect(begun?.data).toMatchObject({ cause: 'review-app', pipeline: 'tern-shop', pullRequest: 58 });
  });

  it('an app that moved: each account pays up to, and from, the instant', async () => {
    const by = { app: 'route-planner' };
    const key = 'dyno.dyno-2c-1gb';
    const before = seconds('10-01 00:00:00', '10-17 10:30:00');
    const after = seconds('10-17 10:30:00', '11-01 00:00:00');
    const atTern = lineOf(await demo.invoice('tern', LAST), key, by);
    const atOrbit = lineOf(await demo.invoice('orbit', LAST), key, by);
    expect([atTern.quantity, atOrbit.quantity]).toEqual([String(before), String(after)]);
    expect(atTern.amountExact).toBe(exactly({ monthly: 50, slots: [before] }));
    expect(atOrbit.amountExact).toBe(exactly({ monthly: 50, slots: [after] }));
    expect(before + after).toBe(31 * 86_400);
    const [ended, begun] = [
      (await demo.events('tern', 'route-planner/web')).at(-1),
      (await demo.events('orbit', 'route-planner/web'))[0],
    ];
    expect(ended?.at).toBe(begun?.at);
    expect(ended?.data).toMatchObject({ quantity: 0, cause: 'app-transferred', transferredTo: 'orbit' });
    expect(begun?.data).toMatchObject({ quantity: 1, cause: 'app-transferred', transferredFrom: 'tern' });
    expect((await demo.invoice('tern', 'current')).lines.some(({ priceKey }) => priceKey === key)).toBe(false);
  });
});

describe('plans and prices', () => {
  it('two plans in one month, each for its own time', async () => {
    const invoice = await demo.invoice('tern', LAST);
    const by = { app: 'tern-shop' };
    const before = [seconds('10-01 00:00:00', '10-20 08:00:00')];
    const after = [seconds('10-20 08:00:00', '11-01 00:00:00')];
    expect(lineOf(invoice, 'addon.postgresql.essential-0', by).amountExact).toBe(
      exactly({ monthly: 5, slots: before }),
    );
    expect(lineOf(invoice, 'addon.postgresql.standard-0', by).amountExact).toBe(exactly({ monthly: 50, slots: after }));
  });

  it('a price that changed in the middle of the month', async () => {
    const line = lineOf(await demo.invoice('tern', LAST), 'addon.logtrail.fixed', { app: 'tern-site' });
    const before = [seconds('10-04 12:00:00', '10-16 00:00:00')];
    const after = [seconds('10-16 00:00:00', '11-01 00:00:00')];
    expect(line.amountExact).toBe(exactly({ monthly: 65, slots: before }, { monthly: 69, slots: after }));
    expect(line.amount).toBe(rounded(line.amountExact));
  });

  it('tax on what the lines add up to', async () => {
    const { lines, subtotal, taxPercent, tax, total } = await demo.invoice('tern', LAST);
    const sum = lines.reduce((all, { amount }) => all + cents(amount), 0n);
    expect(cents(subtotal)).toBe(sum);
    expect(taxPercent).toBe('6');
    expect(cents(tax)).toBe(divide(sum * 6n, 100n, 'up'));
    expect(cents(total)).toBe(cents(subtotal) + cents(tax));
  });
});

describe('Eco', () => {
  it('the whole fee for three days: a flat price is not prorated', async () => {
    const { lines, subtotal } = await demo.invoice('kim', BEFORE_LAST);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      priceKey: 'dyno.eco',
      quantity: String(2 * seconds('09-28 10:15:00', '10-01 00:00:00')),
      amount: '5.00',
    });
    expect(subtotal).toBe('5.00');
    const [joined] = await demo.events('kim', 'kim-bot/worker');
    expect(joined?.data).toMatchObject({ cause: 'eco-subscribed', actor: 'kim@kim.example' });
  });

  it('the pool is used up on the 16th, all dynos go dark, and it costs no more', async () => {
    const { included } = await demo.licenses('kim', LAST);
    const [pool] = included;
    // Two dynos from the 1st and one from the 5th, 09:00: 1,000 hours at 368 h 20 min.
    expect(pool).toMatchObject({
      isPool: true,
      included: String(1000 * 3600),
      exhaustedAt: '2026-10-16T08:20:00.000000Z',
      // Until it is noticed.
      beyond: String(3 * 41),
    });
    expect(lineOf(await demo.invoice('kim', LAST), 'dyno.eco').amount).toBe('5.00');
    for (const dyno of ['kim-feed/worker', 'kim-bot/worker', 'kim-site/web']) {
      const slept = (await demo.events('kim', dyno)).find(({ data }) => data.cause === 'eco-pool-exhausted');
      expect(slept).toMatchObject({ at: '2026-10-16T08:20:41.000000Z', data: { quantity: 0, actor: 'platform' } });
    }
  });
});

describe('licenses', () => {
  /** When the campaign of the 23rd has used what was left of 13 units: 16 a day before, 80 a day from then on. */
  const campaign = moment('10-23 06:00:00');
  const left = 13 * 31 - 16 * 22.25;
  const ranOut = campaign + (left / 80) * 86_400_000;

  it('a license that ran out on the 23rd, at the instant', async () => {
    const { licenses } = await demo.licenses('orbit', LAST);
    const units = licenses.find(({ id }) => id === 'dyno-units');
    expect(units?.exhaustedAt).toBe(new Date(ranOut).toISOString().replace('Z', '000Z'));
    expect(units?.exhaustedAt).toMatch(/^2026-10-23T/);
    expect(units).toMatchObject({ drawnUnits: '13', capacityUnits: '13', percent: '100' });
    const september = (await demo.licenses('orbit', BEFORE_LAST)).licenses.find(({ id }) => id === 'dyno-units');
    expect(september?.exhaustedAt).toMatch(/^2026-09-23T/);
  });

  it('one Performance-L takes 16 units; what the license no longer covers is charged', async () => {
    const line = lineOf(await demo.invoice('orbit', LAST), 'dyno.performance-l', { app: 'orbit-dispatch' });
    const covered = line.steps.find(({ name }) => name === 'license')?.quantity;
    expect(covered).toBe(String((-13 * 31 * 86_400) / 16));
    const end = moment('10-24 18:00:00');
    const beyond = [
      (moment('11-01 00:00:00') - ranOut) / 1000,
      ...Array.from({ length: 4 }, () => (end - ranOut) / 1000),
    ];
    expect(line.amountExact).toBe(exactly({ monthly: 500, slots: beyond }));
  });

  it('usage that no license covers', async () => {
    const { licenses, onDemand } = await demo.licenses('orbit', LAST);
    expect(licenses.map(({ id }) => id)).toEqual(['connect-rows', 'dyno-units']);
    expect(onDemand.map(({ priceKey }) => priceKey)).toEqual(['dyno.dyno-2c-1gb']);
    expect(onDemand[0]?.steps.some(({ name }) => name === 'license')).toBe(false);
  });

  it('a monthly maximum: the peak of the 14th, beyond the license by the started 10,000', async () => {
    const line = lineOf(await demo.invoice('orbit', LAST), 'connect.rows', { connection: 'crm-depots' });
    expect(line.quantity).toBe('126300');
    expect(line.steps).toContainEqual({ name: 'license', licenseId: 'connect-rows', quantity: '-100000' });
    expect(line.amount).toBe((Math.ceil((126_300 - 100_000) / 10_000) * 5).toFixed(2));
    const { licenses } = await demo.licenses('orbit', LAST);
    const days = licenses.find(({ id }) => id === 'connect-rows')?.days ?? [];
    expect(days.find(({ day }) => day === '2026-10-13')?.drawnUnits).toBe('84200');
    expect(days.find(({ day }) => day === '2026-10-14')?.drawnUnits).toBe('100000');
    const peak = (await demo.events('orbit', 'crm-depots')).filter(({ data }) => data.rows === 126_300);
    expect(peak.map(({ at }) => at.slice(0, 10))).toEqual(['2026-08-14', '2026-09-14', '2026-10-14']);
  });
});

describe('credits', () => {
  it('drawn for the bill of their month, the rest lapsed', async () => {
    const { subtotal, credits, total, creditDraws } = await demo.invoice('jane', LAST);
    // A Basic dyno and a small store at their caps, and Eco.
    expect(cents(subtotal)).toBe(700n + 300n + 500n);
    expect([credits, total]).toEqual([subtotal, '0.00']);
    const { grants, entries } = await demo.credits('jane');
    const grant = grants.find(({ reason }) => reason === `Student credit, ${LAST}`);
    expect(creditDraws).toEqual([{ grantId: grant?.id, reason: grant?.reason, amount: '15' }]);
    expect(grant).toMatchObject({ amount: '20', drawn: '15', lapsed: '5', balance: '0' });
    const ledger = entries.filter(({ grantId }) => grantId === grant?.id);
    expect(ledger.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(['grant 20', 'draw -15', 'lapse -5']);
  });

  it('of the open month are there still', async () => {
    const { grants } = await demo.credits('jane');
    expect(grants.at(-1)).toMatchObject({ reason: 'Student credit, 2026-11', balance: '20' });
  });
});

describe('late events', () => {
  const charged = [seconds('09-10 09:00:00', '10-01 00:00:00')];
  const used = [seconds('09-10 09:00:00', '09-24 18:00:00')];

  it('came after the invoice they concern was final', async () => {
    const september = await demo.invoice('tern', BEFORE_LAST);
    expect(september).toMatchObject({ state: 'final', finalizedAt: '2026-10-03T00:00:00.000Z' });
    const stop = (await demo.events('tern', 'tern-site/thumbnails')).at(-1);
    expect(stop).toMatchObject({ at: '2026-09-24T18:00:00.000000Z', data: { quantity: 0 } });
    expect((stop?.receivedAt ?? '') > (september.finalizedAt ?? '')).toBe(true);
    expect(lineOf(september, 'dyno.standard-1x', { process: 'thumbnails' }).amountExact).toBe(
      exactly({ monthly: 25, slots: charged }),
    );
  });

  it('are corrections on the next: less for what had stopped, more for what was not known', async () => {
    const september = await demo.invoice('tern', BEFORE_LAST);
    const october = await demo.invoice('tern', LAST);
    expect(october.state).toBe('final');
    const corrections = october.lines.filter(({ corrects }) => corrects !== undefined);
    const of = (process: string) => corrections.find(({ lineValues }) => lineValues.process === process);
    expect(corrections).toHaveLength(2);

    const before = rounded(exactly({ monthly: 25, slots: charged }));
    const now = rounded(exactly({ monthly: 25, slots: used }));
    expect(of('thumbnails')).toMatchObject({
      amount: (Number(cents(now) - cents(before)) / 100).toFixed(2),
      steps: [
        { name: 'now', amount: now },
        { name: 'charged before', amount: `-${before}` },
      ],
      corrects: {
        invoiceId: september.id,
        number: september.number,
        chargeId: lineOf(september, 'dyno.standard-1x', { process: 'thumbnails' }).chargeId,
      },
    });
    expect(of('run')).toMatchObject({ quantity: '14400', amountExact: exactly({ monthly: 25, slots: [14_400] }) });
  });

  it('leave no trace in the month after: it did not run there', async () => {
    const { lines } = await demo.invoice('tern', LAST);
    const running = lines.filter(({ lineValues, corrects }) => lineValues.process === 'thumbnails' && !corrects);
    expect(running).toEqual([]);
  });
});

describe('the large customer', () => {
  it('has an app destroyed on the 18th of the month before last, and a database that outlived it', async () => {
    const invoice = await demo.invoice('acme', BEFORE_LAST);
    const web = lineOf(invoice, 'dyno.standard-1x', { app: 'acme-import', process: 'web' });
    expect(web.quantity).toBe(String(seconds('09-01 00:00:00', '09-18 14:20:09')));
    const database = lineOf(await demo.invoice('acme', LAST), 'addon.postgresql.standard-0', { app: 'acme-import' });
    expect(database.quantity).toBe(String(31 * 86_400));
  });

  it('is autoscaled, runs commands, releases and review apps', async () => {
    const { lines } = await demo.invoice('acme', LAST);
    const processes = new Set(lines.map(({ lineValues }) => lineValues.process));
    expect([...processes]).toEqual(expect.arrayContaining(['run', 'release', 'scheduler', 'web']));
    expect(lines.some(({ lineValues }) => lineValues.app?.includes('-pr-'))).toBe(true);
    const causes = new Set((await demo.events('acme', 'acme-api/web')).map(({ data }) => data.cause));
    expect([...causes]).toEqual(expect.arrayContaining(['autoscale', 'resize']));
  });
});

describe('why a bill differs', () => {
  const changesOf = async (path: string) => (await demo.get(`/api/v1/accounts/${path}`)) as Changes;
  const driverOf = ({ drivers }: Changes, kind: string) => drivers.find((driver) => driver.kind === kind);

  it('a day of five dynos: who scaled them up, when, and what each hour of them added', async () => {
    const changes = await changesOf('orbit/days/2026-10-24/changes?against=usual');
    const usage = driverOf(changes, 'usage');
    // Four more from midnight to 18:00, at 500.00 a month.
    expect(usage).toMatchObject({ arithmetic: '72 h × 500.00 ÷ 720 h', actor: 'ines@orbit.example' });
    expect(usage?.description).toContain('ran 72 h more: ines@orbit.example scaled it 1 → 5 on 23 Oct');
    expect(Number(usage?.amountExact)).toBeCloseTo(50, 9);
    const [event] = usage?.eventRefs ?? [];
    const scaled = (await demo.events('orbit', 'orbit-dispatch/web')).find(({ at }) => at >= '2026-10-23T06');
    expect(scaled?.data).toMatchObject({ quantity: 5, previousQuantity: 1 });
    expect(event?.id).toBeTruthy();
  });

  it('a license that ran out is named, with the instant, and the charges that are on demand since', async () => {
    // 13 units for 31 days are 403 days of one; 22 ¼ days of 16 leave 47, which 80 use up in 14 h 6 min.
    const license = driverOf(await changesOf('orbit/days/2026-10-24/changes?against=previous'), 'license');
    expect(license?.description).toMatch(/^Dyno units ran out on 23 Oct, 20:06 UTC: .* on demand since$/);
    expect(license?.at).toMatch(/^2026-10-23T20:06:00/);
    expect(Number(license?.amountExact)).toBeGreaterThan(0);
  });

  it('the day after: so many hours less', async () => {
    const usage = driverOf(await changesOf('orbit/days/2026-10-25/changes?against=previous'), 'usage');
    expect(usage).toMatchObject({ arithmetic: '−72 h × 500.00 ÷ 720 h' });
  });

  it('a month against the month before, with credits and tax: the difference of the two totals', async () => {
    for (const account of ['tern', 'jane', 'orbit', 'acme']) {
      const [now, before] = [await demo.invoice(account, LAST), await demo.invoice(account, BEFORE_LAST)];
      const [from, to] = [now.period.from, now.period.to];
      const spans = `from=${from}&to=${to}&compareFrom=${before.period.from}&compareTo=${before.period.to}`;
      const { amountExact, compareAmountExact } = await changesOf(`${account}/changes?${spans}`);
      const rounding = ({ lines }: typeof now) =>
        exactSum(lines.map(({ amount }) => amount)) - exactSum(lines.map((line) => line.amountExact));
      expect(exact(amountExact) + rounding(now)).toBe(exact(now.total));
      expect(exact(compareAmountExact) + rounding(before)).toBe(exact(before.total));
    }
  });

  it('a filter or a group that is spelled wrong is refused', async () => {
    await expect(changesOf('acme/changes?filterGroupBy[aap]=acme-web')).rejects.toThrow(/400.*not told apart by/s);
    await expect(changesOf('acme/changes?groupBy=aap')).rejects.toThrow(/400/);
    await expect(changesOf('acme/changes?from=2026-10-01T00:00:00Z')).rejects.toThrow(/400/);
  });

  it('groups and filters tell the same drivers apart', async () => {
    const [all, grouped, own] = [
      await changesOf('acme/changes?groupBy=app'),
      await changesOf('acme/changes'),
      await changesOf('acme/changes?filterGroupBy[app]=acme-web'),
    ];
    const ofWeb = all.drivers.filter(({ groupBy }) => groupBy?.app === 'acme-web');
    expect(exactSum(ofWeb.map(({ amountExact }) => amountExact))).toBe(exact(own.differenceExact));
    expect(all.amountExact.split('.')[0]).toBe(grouped.amountExact.split('.')[0]);
  });
});
