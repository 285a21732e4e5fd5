import type { Browser } from '@playwright/test';
import { clockText } from '../../app/format/clock.ts';
import { moneyText } from '../../app/format/money.ts';
import { momentText, monthText } from '../../app/format/time.ts';
import { exactText } from '../../server/domain/decimal.ts';
import { durationText } from '../../server/domain/duration.ts';
import { cents, decimal, divide, exactly, rounded } from '../support/invoices/on-paper.ts';
import { type DemoTime, test } from './demo-fixtures.ts';
import { expect } from './fixtures.ts';

/*
 * What customers of such platforms ask, and the test below where the product answers it.
 *
 *  1 no traffic, why a bill                 a bill without traffic
 *  2 in this month, of the month before     a bill without traffic
 *  3 charged twice                          every month has one invoice
 *  4 the whole Eco fee for three days       a flat fee is not prorated
 *  5 Eco apps went dark                     a pool of Eco hours is used up
 *  6 which app took the Eco hours           a pool of Eco hours is used up
 *  7 Scheduler is free, why charged         jobs of the scheduler
 *  8 what is the run line                   one-off dynos
 *  9 what is the release line               a release dyno
 * 10 a deleted app is on the bill           a deleted app
 * 11 which app is that                      a review app
 * 12 review apps at another size            a review app
 * 13 what grew                              autoscaling; a resize
 * 14 forgotten resources of a template      an add-on that outlived its app
 * 15 an amount that was put right later     a late event as correction
 * 16 today is missing                       how fresh it is, where it heads
 * 17 scaled to 0, still charged             an add-on that outlived its app
 * 18 is the database not included           two plans in one month
 * 19 the old database is still billed       an add-on that outlived its app
 * 20 both plans charged                     two plans in one month
 * 21 not the price of the catalog           a price change in mid-month
 * 22 a shared add-on on another app         an add-on that outlived its app
 * 23 a fraction of a month                  a deleted app
 * 24 hours × hourly is not monthly          a cap reached
 * 25 credits not all applied                a credit is drawn
 * 26 credits fall though nothing runs       (see below)
 * 27 charged in spite of credits            a credit is drawn
 * 28 why tax                                tax
 * 29 the app was transferred, who pays      an app moved to another account
 * 30 charges that are not on the dashboard  usage no license covers
 * 31 the dashboard says something else      how fresh it is, where it heads
 * 32 our team used less, and yet overage    a license that ran out
 * 33 units are not dynos                    unit weights
 * 34 what did we buy                        a license that ran out
 * 35 Connect rows, why that number          a monthly maximum
 * 36 charged by two                         (see below)
 * 37 an invoice after the contract ended    (see below)
 * 38 a private space is still billed        a private space
 * 39 where is the enterprise invoice        every month has one invoice
 * 40 nobody warned us                       how fresh it is, where it heads
 * 41 the bookkeeper cannot open it          a link for the bookkeeper
 * 42 a partner wants daily figures          what each service used each day
 *
 * Without an answer here: of payments (attempts and retries of 3) and of who else sends invoices (36, 37, the other half of
 * 39) this product has no data; a license tells its term. Where an add-on is attached besides the app it is billed to (22),
 * and by which address tax is due (28), is not told to it either. Alerts (40) are none yet: the forecast warns. What lapsed
 * of a credit (26) is in the ledger of the API, not on a page.
 */

const ROBIN = ['robin@tern.example', 'tern'] as const;
const INES = ['ines@orbit.example', 'orbit'] as const;
const KIM = ['kim@kim.example', 'kim'] as const;
const ADA = ['ada@acme.example', 'acme'] as const;
const JANE = ['jane@jane.example', 'jane'] as const;

const USD = { currency: 'USD', minorUnit: 2 };
/** As the pages write an exact amount. */
const usd = (exact: string) => exactText(exact, 2);
/** As the pages write a moment that is not of today. */
const moment = (at: number) => momentText(new Date(at).toISOString(), 'UTC', '1970-01-01T00:00:00Z');
const seconds = (from: number, to: number) => (to - from) / 1000;

test.describe('dynos', () => {
  test('a bill without traffic', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.says(/Final since|Becomes final/, `${dayOf(time, time.last)} until ${dayOf(time, time.last + 1)}, UTC`);
    await walk.openCharge('Standard-1X dynos tern-site · web');
    await walk.says(`ran for ${time.secondsOf(time.last) / 3600} h`, '25.00 USD for 2592000 seconds (720 h)');
    await walk.openResource('tern-site/web');
    await walk.says(moment(time.at(time.last, 1, '00:00:00')), 'slot 1, level 1', 'size standard-1x');
    await walk.openEventOf('slot 1');
    await walk.says('"cause": "carried-over"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a cap reached: hours × hourly price is not the monthly price', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.long));
    await walk.openCharge('Standard-1X dynos tern-site · web');
    const uncapped = decimal(divide(2500n * BigInt(31 * 86_400) * 10n ** 10n, 2_592_000n, 'even'), 12);
    const over = decimal(divide(2500n * 86_400n * 10n ** 10n, 2_592_000n, 'even'), 12);
    await walk.says('2,678,400 dyno-seconds (744 h 00 min)', `At the price${usd(uncapped)} USD`);
    await walk.says(`Cap or minimum${usd(`-${over}`)} USD25.00 USD`, 'At most 25.00 USD a period for each slot');
    const mark = walk.main.getByRole('listitem').filter({ hasText: 'tern-site/web, slot 1, reached its cap of 25.00' });
    await expect(mark).toContainText(moment(time.at(time.long, 31, '00:00:00')));
    expect(walk.clicks).toBeLessThanOrEqual(3);
  });

  test('one-off dynos: each command, who ran it, and for how long', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Standard-1X dynos tern-shop · run');
    const [console, script] = [exactly({ monthly: 25, slots: [657] }), exactly({ monthly: 25, slots: [7200] })];
    await expect(walk.main.getByRole('row', { name: /run\.4821/ })).toContainText(`10 min 57 s${usd(console)}`);
    await expect(walk.main.getByRole('row', { name: /run\.6140/ })).toContainText(`2 h 00 min${usd(script)}`);
    await walk.openResource('tern-shop/run.4821');
    await walk.openEventOf(moment(time.at(time.last, 8, '15:02:10')), moment(time.at(time.last, 8, '15:13:07')));
    await walk.says('"command": "rails console"', '"cause": "run"', '"actor": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('jobs of the scheduler are one-off dynos too', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ADA);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Basic dynos acme-reports · scheduler');
    await walk.follow(walk.main.getByRole('link', { name: 'All events' }));
    await walk.says('"cause": "scheduler"', '"command": "bin/report refresh"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a release dyno: less than a cent', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Standard-1X dynos tern-shop · release');
    const exact = exactly({ monthly: 25, slots: [43] });
    await walk.says('ran for 43 s', `At the price${usd(exact)} USD`, `Rounding${usd(`-${exact}`)} USD0.00 USD`);
    await walk.openResource('tern-shop/release.3307');
    await walk.openEventOf(moment(time.at(time.last, 12, '14:12:00')));
    await walk.says('"release": "v41"', '"cause": "release"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a resize: two prices, each for its own time', async ({ signedInAs, time }) => {
    const resized = time.at(time.last, 12, '14:20:00');
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const before = exactly({ monthly: 25, slots: [seconds(time.at(time.last, 1, '00:00:00'), resized)] });
    await expect(walk.charge('Standard-1X dynos tern-shop · web')).toContainText(rounded(before));
    await walk.openCharge('Standard-2X dynos tern-shop · web');
    const slots = [seconds(resized, time.at(time.last + 1, 1, '00:00:00'))];
    await walk.says(`Exactly${usd(exactly({ monthly: 50, slots }))} USD`);
    await walk.openResource('tern-shop/web');
    await walk.openEventOf(moment(resized), 'size standard-2x');
    await walk.says('"cause": "resize"', '"previousSize": "standard-1x"', '"actor": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('autoscaling: each slot for its own time, and what it adds to the month before', async ({
    signedInAs,
    time,
  }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Standard-1X dynos tern-shop · worker');
    const added = [6, 5, 3.5].map((hours) => exactly({ monthly: 25, slots: [hours * 3600] }));
    const slots = [time.secondsOf(time.last), 6 * 3600, 5 * 3600, 3.5 * 3600];
    await walk.says('in 4 slots', `Exactly${usd(exactly({ monthly: 25, slots }))} USD`);
    await walk.says('Compared with the period before', monthText(time.key(time.before)));
    await walk.openResource('tern-shop/worker');
    for (const [i, exact] of added.entries()) {
      const slot = walk.main.getByRole('row').filter({ hasText: `slot ${i + 2}, level 1` });
      await expect(slot).toContainText(usd(exact));
    }
    await walk.openEventOf('slot 4', moment(time.at(time.last, 19, '13:30:00')));
    await walk.says('"cause": "autoscale"', '"actor": "autoscaler"', '"previousQuantity": 2');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });
});

test.describe('apps', () => {
  test('a deleted app: what it used before, in seconds and not in fractions of months', async ({
    signedInAs,
    time,
  }) => {
    const created = time.at(time.last, 2, '10:00:00');
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Basic dynos tern-promo · web');
    const exact = exactly({ monthly: 7, slots: [79_556] });
    await walk.says('79,556 dyno-seconds', '7.00 USD for 2592000 seconds (720 h), to the second', `${usd(exact)} USD`);
    await walk.says(`to ${rounded(exact)} USD`);
    await walk.openResource('tern-promo/web');
    await walk.says(`${moment(created)}, until ${moment(created + 79_556_000)}`);
    await walk.openEventOf(moment(created));
    await walk.says('"cause": "app-created"', '"actor": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('an add-on that outlived its app: who made it, and that it is there still', async ({ signedInAs, time }) => {
    const made = time.at(time.last, 2, '10:00:05');
    const walk = await signedInAs(...ROBIN);
    await walk.follow(walk.main.getByRole('row', { name: /Postgres essential-0 tern-promo/ }).locator('.amount-link'));
    await walk.says('Postgres essential-0 of tern-promo', 'estimated');
    await walk.openResource('postgresql-lonely-20871');
    await walk.says('and going on', 'app tern-promo', 'plan essential-0');
    await walk.openEventOf('and going on');
    await walk.says(`Happened${new Date(made).toISOString().slice(0, -1)}`, '"cause": "provisioned"');
    await walk.says('"actor": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a review app: which pull request, whose, which size', async ({ signedInAs, time }) => {
    const [opened, closed] = [time.at(time.last, 9, '11:00:00'), time.at(time.last, 10, '16:30:00')];
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const lived = exactly({ monthly: 5, slots: [seconds(opened, closed)] });
    await expect(walk.charge('Postgres essential-0 tern-shop-pr-58')).toContainText(rounded(lived));
    await walk.openCharge('Basic dynos tern-shop-pr-58 · web');
    await walk.says(`Exactly${usd(exactly({ monthly: 7, slots: [seconds(opened + 60_000, closed)] }))} USD`);
    await walk.openResource('tern-shop-pr-58/web');
    await walk.says(`${moment(opened + 60_000)}, until ${moment(closed)}`, 'size basic');
    await walk.openEventOf('size basic');
    await walk.says('"pullRequest": 58', '"pipeline": "tern-shop"', '"creator": "robin@tern.example"');
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('an app moved to another account: each pays for its own time', async ({ signedInAs, time }) => {
    const moved = time.at(time.last, 17, '10:30:00');
    const [from, to] = [time.at(time.last, 1, '00:00:00'), time.at(time.last + 1, 1, '00:00:00')];
    const name = 'Dyno 2c-1gb dynos route-planner · web';
    const old = await signedInAs(...ROBIN);
    await old.openInvoice(time.key(time.last));
    await old.openCharge(name);
    await old.says(`Exactly${usd(exactly({ monthly: 50, slots: [seconds(from, moved)] }))} USD`);
    await old.openResource('route-planner/web');
    await old.says(`until ${moment(moved)}`);
    const now = await signedInAs(...INES);
    await now.openInvoice(time.key(time.last));
    await now.openCharge(name);
    await now.says(`Exactly${usd(exactly({ monthly: 50, slots: [seconds(moved, to)] }))} USD`);
    await now.openResource('route-planner/web');
    await now.openEventOf(moment(moved));
    await now.says('"cause": "app-transferred"', '"transferredFrom": "tern"');
    expect([old.clicks, now.clicks]).toEqual([3, 4]);
  });
});

test.describe('plans and prices', () => {
  test('two plans in one month, each for its own time', async ({ signedInAs, time }) => {
    const changed = time.at(time.last, 20, '08:00:00');
    const [from, to] = [time.at(time.last, 1, '00:00:00'), time.at(time.last + 1, 1, '00:00:00')];
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    const before = exactly({ monthly: 5, slots: [seconds(from, changed)] });
    await expect(walk.charge('Postgres essential-0 tern-shop')).toContainText(rounded(before));
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
    await walk.says(`Exactly${usd(exactly(...parts))} USD`, '65.00 USD for 2592000', '69.00 USD for 2592000');
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
      const row = walk.main.getByRole('row').filter({ has: walk.page.getByRole('rowheader', { name, exact: true }) });
      await expect(row.getByRole('cell').last()).toHaveText(moneyText(decimal(amount, 2), USD));
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
});

test.describe('what is included, bought and granted', () => {
  test('a flat fee is not prorated', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...KIM);
    await walk.openInvoice(time.key(time.before));
    await walk.openCharge('Eco dynos, 1,000 shared hours');
    await walk.says('5.00 USD for the whole period, once anything is used');
    await walk.openResource('kim-bot/worker');
    await walk.says(moment(time.at(time.before, 28, '10:15:00')));
    expect(walk.clicks).toBeLessThanOrEqual(4);
  });

  test('a pool of Eco hours is used up: when, and by which app', async ({ signedInAs, time }) => {
    const woken = [
      ['kim-feed/worker', time.at(time.last, 1, '00:00:00')],
      ['kim-bot/worker', time.at(time.last, 1, '00:00:00')],
      ['kim-site/web', time.at(time.last, 5, '09:00:00')],
    ] as const;
    const usedUp = woken.reduce((sum, [, since]) => sum + since, 1000 * 3_600_000) / 3;
    const walk = await signedInAs(...KIM);
    await walk.follow(walk.page.getByRole('link', { name: 'Licenses', exact: true }));
    await walk.follow(walk.main.getByRole('link', { name: `Previous: ${monthText(time.key(time.last))}` }));
    await walk.says('1,000 h 00 min of 1,000 h 00 min');
    await walk.says(`Ran out on ${moment(usedUp)}: nothing more is in it until the next month.`);
    await walk.follow(walk.main.getByRole('region', { name: 'Used without a license' }).locator('.amount-link'));
    for (const [resource, since] of woken) {
      const used = String(seconds(since, usedUp + 41_000));
      await expect(walk.main.getByRole('row', { name: resource })).toContainText(durationText(used, 'shown'));
      await expect(walk.main.getByRole('row', { name: resource })).toContainText(exactText(used));
    }
    expect(walk.clicks).toBe(3);
  });

  test('a license that ran out: bought by all, used by whom, until when', async ({ signedInAs, time }) => {
    const left = (13 * time.secondsOf(time.last)) / 86_400 - 16 * 22.25;
    const ranOut = time.at(time.last, 23, '06:00:00') + (left / 80) * 86_400_000;
    const walk = await signedInAs(...INES);
    await walk.follow(walk.page.getByRole('link', { name: 'Licenses', exact: true }));
    await walk.follow(walk.main.getByRole('link', { name: `Previous: ${monthText(time.key(time.last))}` }));
    const units = walk.main.getByRole('region', { name: 'Dyno units' });
    await expect(units).toContainText(`Ran out on ${moment(ranOut)}: use after that is charged on demand.`);
    await expect(units).toContainText('13 units of 13 units');
    await expect(units.getByRole('row', { name: 'dispatch' }).first()).toContainText('13 units');
    await expect(units).toContainText(`${dayOf(time, 0)} until`);
    expect(walk.clicks).toBe(2);
  });

  test('unit weights: what 13 units cover of a dyno that takes 16', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...INES);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Performance-L dynos orbit-dispatch · web');
    const covered = (13 * time.secondsOf(time.last)) / 16;
    await walk.says(`Covered by license: Dyno units, 16 units each${exactText(`-${covered}`)} dyno-seconds`);
    expect(walk.clicks).toBe(2);
  });

  test('usage no license covers is charged on demand, and listed as that', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...INES);
    await walk.follow(walk.page.getByRole('link', { name: 'Licenses', exact: true }));
    await walk.follow(walk.main.getByRole('link', { name: `Previous: ${monthText(time.key(time.last))}` }));
    const onDemand = walk.main.getByRole('region', { name: 'Used without a license' });
    await expect(onDemand.locator('tbody').getByRole('row')).toHaveCount(1);
    await walk.follow(onDemand.locator('.amount-link'));
    await expect(walk.main.getByRole('heading', { level: 1 })).toHaveText('Dyno 2c-1gb dynos route-planner · web');
    await expect(walk.main).not.toContainText('Covered by license');
    expect(walk.clicks).toBe(3);
  });

  test('a monthly maximum: the peak day, and who caused it', async ({ signedInAs, time }) => {
    const peak = time.at(time.last, 14, '03:10:00');
    const walk = await signedInAs(...INES);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Connect rows, per started 10,000 crm-depots');
    await walk.says('Usage126,300 rows', 'Covered by license: Connect rows−100,000 rows26,300 rows');
    await walk.says(`At the price${usd(String(Math.ceil(26_300 / 10_000) * 5))} USD`, '5.00 USD for each 10000 rows');
    await expect(walk.main.getByRole('listitem').filter({ hasText: 'Connect rows ran out' })).toContainText(
      moment(peak),
    );
    await walk.follow(walk.main.getByRole('link', { name: 'All events' }));
    const event = walk.main.getByRole('row').filter({ hasText: moment(peak) });
    await expect(event).toContainText('"cause": "import"');
    await expect(event).toContainText('"actor": "ines@orbit.example"');
    expect(walk.clicks).toBe(3);
  });

  test('a credit is drawn for its month', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...JANE);
    await walk.openInvoice(time.key(time.last));
    // A Basic dyno and a small store at their caps, and Eco: less than the 20.00 that were granted.
    const row = (name: string) =>
      walk.main.getByRole('row').filter({ has: walk.page.getByRole('rowheader', { name, exact: true }) });
    await expect(row('Subtotal').getByRole('cell').last()).toHaveText('$15.00');
    await expect(
      row(`Credit: Student credit, ${time.key(time.last)}`)
        .getByRole('cell')
        .last(),
    ).toHaveText('−$15.00');
    await expect(row('Total, USD').getByRole('cell').last()).toHaveText('$0.00');
    expect(walk.clicks).toBe(1);
  });

  test('a private space: who made it, and how long it was there', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ADA);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Private Space acme-loadtest');
    await walk.says('1,000.00 USD for 2592000 seconds');
    await walk.openResource('acme-loadtest');
    await walk.openEventOf('kind private');
    await walk.says('"cause": "created"', '"actor": "');
    expect(walk.clicks).toBe(4);
  });
});

test.describe('the account', () => {
  test('every month has one invoice, by its number', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.follow(walk.page.getByRole('link', { name: 'Invoices', exact: true }));
    for (const month of [time.last, time.before, 0]) {
      await expect(walk.main.getByRole('link', { name: monthText(time.key(month)), exact: true })).toHaveCount(1);
    }
    const numbers = await walk.main.getByRole('cell', { name: /^TERN-\d+$/ }).allTextContents();
    expect(numbers.length).toBeGreaterThanOrEqual(2);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('how fresh it is, and where it heads', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.says(/metered through/i, 'so far, estimated', `Expected for ${monthText(time.key(3)).split(' ')[0]}`);
    await walk.says('before each charge is rounded once', /between \$[\d,.]+ and \$[\d,.]+/);
    expect(walk.clicks).toBe(0);
  });

  test('what each service used each day', async ({ signedInAs }) => {
    const walk = await signedInAs(...ADA);
    await walk.follow(walk.page.getByRole('link', { name: 'Usage', exact: true }));
    // Add-ons are the first of the meters, which is the one that is shown.
    const byService = walk.main.getByRole('link', { name: 'service', exact: true }).first();
    await walk.follow(byService);
    await expect(byService).toHaveAttribute('aria-current', 'true');
    await walk.follow(walk.main.getByRole('link', { name: 'Table', exact: true }).first());
    const days = walk.main.getByRole('table', { name: 'Add-ons by day and service, in h:min:s' });
    await expect(days.getByRole('columnheader', { name: 'mailroom' })).toBeVisible();
    // Two of them, every whole day.
    const first = days.locator('tbody').getByRole('row').first();
    await expect(first).toContainText(clockText(String(2 * 86_400)));
    expect(walk.clicks).toBe(3);
  });

  test('a link for the bookkeeper, who cannot sign in', async ({ signedInAs, time, server, browser }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Basic dynos tern-promo · web');
    await walk.page.getByRole('button', { name: 'Make a link' }).click();
    const url = await walk.page.getByRole('link', { name: `${server.url}/s/` }).getAttribute('href');
    expect(await textAt(browser, url ?? '')).toContain('79,556 dyno-seconds');
  });
});

/** `Oct 1 2026`, the first of the `month`-th month of the history. */
function dayOf(time: DemoTime, month: number): string {
  return `${moment(time.at(month, 1, '00:00:00')).split(',')[0]} ${time.key(month).slice(0, 4)}`;
}

/** Whole cents as a decimal. */
function decimalOf(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What somebody without a session reads at an address. */
async function textAt(browser: Browser, url: string): Promise<string | null> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const text = await page.getByRole('main').textContent();
  await context.close();
  return text;
}
