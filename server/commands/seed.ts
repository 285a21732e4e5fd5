import { mayBeSeeded } from '../demo/demo.ts';
import { runCommand } from './run.ts';
import { seedWithBar } from './seed-with-bar.ts';

/** `npm run seed`: writes the demo into an empty store, with a progress bar; the sign-ins are printed at the end. */
await runCommand(async (stores, settings) => {
  if (!(await mayBeSeeded(stores, settings.dataDir))) {
    process.stderr.write('plainbill: this store holds data already; the demo is written into an empty one only\n');
    return 1;
  }
  const memory = await seedWithBar(stores, settings.dataDir);
  for (const { email, password } of memory.signIn) process.stdout.write(`sign in as ${email.padEnd(28)} ${password}\n`);
  return 0;
});
