import type { CoverageFault } from '../billing/coverage/coverage.ts';
import { activeMeters } from '../database/prices/meters.ts';
import { createMeasuring } from '../measuring.ts';
import { verifyUsage } from '../metering/verify.ts';
import { progressBar } from './progress.ts';
import { runCommand } from './run.ts';
import { verifyCoverage } from './verify-coverage.ts';

const SHOWN = 20;

/**
 * `npm run verify`: recomputes all usage from the raw events, holds what invoices tell against it, and reports every difference;
 * exit 0 when there is none.
 */
await runCommand(async (stores) => {
  // What was acknowledged but not yet rolled when the server ended is rolled first, as its next start would.
  const measuring = await createMeasuring({
    stores,
    now: () => new Date(),
    onStored: () => {},
    onRolled: () => {},
    onError: (error) => process.stderr.write(`plainbill: ${String(error)}\n`),
  });
  await measuring.roller.start();
  await measuring.close();
  const pending = (await activeMeters(stores.database.queries)).filter((meter) => meter.state === 'pending');
  const bar = progressBar('Verifying', 'events');
  let started = false;
  const { events, contributions, differences } = await verifyUsage(
    stores.measurements,
    measuring.registry,
    (done, total) => {
      if (!started) bar.start(total);
      started = true;
      bar.update(done);
    },
  );
  bar.stop();
  for (const { table, where, stored, computed } of differences.slice(0, SHOWN)) {
    process.stdout.write(`${table}: ${where}\n  stored   ${stored}\n  computed ${computed}\n`);
  }
  const { faults } = await verifyCoverage(stores, measuring);
  for (const { accountId, meter, periodKey, fault, used, told } of faults.slice(0, SHOWN)) {
    process.stdout.write(`${fault}: ${accountId} ${meter} ${periodKey ?? ''}\n  used ${used}\n  told ${told}\n`);
  }
  for (const meter of pending) process.stdout.write(`meter ${meter.key} v${meter.version} is still being rolled\n`);
  process.stdout.write(`${events} events, ${contributions} contributions, ${differences.length} differences\n`);
  const count = (kind: CoverageFault['fault']) =>
    faults.reduce((all, { fault, contributions }) => (fault === kind ? all + contributions : all), 0);
  process.stdout.write(`${count('unbilled')} unbilled contributions, ${count('doubled')} doubled\n`);
  return differences.length === 0 && faults.length === 0 ? 0 : 1;
});
