import { activeMeters } from '../database/meters.ts';
import { createMeasuring } from '../measuring.ts';
import { verifyUsage } from '../metering/verify.ts';
import { progressBar } from './progress.ts';
import { runCommand } from './run.ts';

const SHOWN = 20;

/** `npm run verify`: recomputes all usage from the raw events and reports every difference; exit 0 when there is none. */
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
  for (const meter of pending) process.stdout.write(`meter ${meter.key} v${meter.version} is still being rolled\n`);
  process.stdout.write(`${events} events, ${contributions} contributions, ${differences.length} differences\n`);
  return differences.length === 0 ? 0 : 1;
});
