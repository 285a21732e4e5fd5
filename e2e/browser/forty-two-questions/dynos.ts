import { monthText } from '../../../app/format/time.ts';
import { decimal, divide, exactly, rounded } from '../../support/invoices/on-paper.ts';
import { test } from '../demo-fixtures.ts';
import { expect } from '../fixtures.ts';
import { ADA, ROBIN } from './customers.ts';
import { dayOf, moment, seconds, usd } from './spelled.ts';

/** What ran, at which size, and for how long. */
export function dynos() {
  test('a bill without traffic', async ({ signedInAs, time }) => {
    const walk = await signedInAs(...ROBIN);
    await walk.openInvoice(time.key(time.last));
    await walk.says(/Final since|Becomes final/, `${dayOf(time, time.last)} until ${dayOf(time, time.last + 1)}, UTC`);
    await walk.openCharge('Standard-1X dynos tern-site · web');
    await walk.says(`ran for ${time.secondsOf(time.last) / 3600} h`, '25.00 USD for 720 h (2592000 seconds)');
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
    await expect(walk.main.getByRole('row', { name: /^tern-shop\/run\.4821/ })).toContainText(
      `10 min 57 s${usd(console)}`,
    );
    await expect(walk.main.getByRole('row', { name: /^tern-shop\/run\.6140/ })).toContainText(
      `2 h 00 min${usd(script)}`,
    );
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
    await expect(walk.row('Standard-1X dynos tern-shop · web')).toContainText(rounded(before));
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
}
