import { exactly, rounded } from '../../support/invoices/on-paper.ts';
import { test } from '../demo-fixtures.ts';
import { expect } from '../fixtures.ts';
import { INES, ROBIN } from './customers.ts';
import { moment, seconds, usd } from './spelled.ts';

/** Apps that are gone, came with a pull request, or belong to somebody else now. */
export function apps() {
  test('a deleted app: what it used before, in seconds and not in fractions of months', async ({
    signedInAs,
    time,
  }) => {
    const created = time.at(time.last, 2, '10:00:00');
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.openCharge('Basic dynos tern-promo · web');
    const exact = exactly({ monthly: 7, slots: [79_556] });
    await walk.says('79,556 dyno-seconds', '7.00 USD for 720 h (2592000 seconds), to the second', `${usd(exact)} USD`);
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
    // What the whole charge is of is said above, and not in each row.
    await walk.says('Postgres essential-0 tern-promo', 'and going on', 'plan essential-0');
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
    await expect(walk.row('Postgres essential-0 tern-shop-pr-58')).toContainText(rounded(lived));
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
}
