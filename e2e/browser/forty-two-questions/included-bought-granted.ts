import { exactText } from '../../../server/domain/decimal.ts';
import { durationText } from '../../../server/domain/duration.ts';
import { test } from '../demo-fixtures.ts';
import { expect } from '../fixtures.ts';
import { ADA, INES, JANE, KIM } from './customers.ts';
import { dayOf, moment, seconds, usd } from './spelled.ts';

/** Flat fees, pools, licenses and credits. */
export function includedBoughtGranted() {
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
    await walk.openLicensesOf(time.key(time.last));
    await walk.says('1,000 h 00 min of 1,000 h 00 min');
    await walk.says(`Ran out on ${moment(usedUp)}: nothing more is in it until the next month.`);
    await walk.follow(walk.main.getByRole('region', { name: 'Used without a license' }).locator('.amount-link'));
    for (const [resource, since] of woken) {
      const used = String(seconds(since, usedUp + 41_000));
      const row = walk.main.getByRole('row', { name: new RegExp(`^${resource} `) });
      await expect(row).toContainText(durationText(used, 'shown'));
      await expect(row).toContainText(exactText(used));
    }
    expect(walk.clicks).toBe(3);
  });

  test('a license that ran out: bought by all, used by whom, until when', async ({ signedInAs, time }) => {
    const left = (13 * time.secondsOf(time.last)) / 86_400 - 16 * 22.25;
    const ranOut = time.at(time.last, 23, '06:00:00') + (left / 80) * 86_400_000;
    const walk = await signedInAs(...INES);
    await walk.openLicensesOf(time.key(time.last));
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
    await walk.openLicensesOf(time.key(time.last));
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
    await expect(walk.amountOf('Subtotal')).toHaveText('$15.00');
    await expect(walk.amountOf(`Credit: Student credit, ${time.key(time.last)}`)).toHaveText('−$15.00');
    await expect(walk.amountOf('Total, USD')).toHaveText('$0.00');
    expect(walk.clicks).toBe(1);
  });

  test('a private space: who made it, and how long it was there', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ADA);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Private Space acme-loadtest');
    await walk.says('1,000.00 USD for 720 h (2592000 seconds)');
    await walk.openResource('acme-loadtest');
    await walk.openEventOf('kind private');
    await walk.says('"cause": "created"', '"actor": "');
    expect(walk.clicks).toBe(4);
  });
}
