import { type DemoMemory, seed } from '../demo/demo.ts';
import type { Stores } from '../stores.ts';
import { progressBar } from './progress.ts';

/** Writes the demo and shows how far it is. */
export async function seedWithBar(stores: Stores, dataDir: string): Promise<DemoMemory> {
  const bar = progressBar('Seeding the demo', 'hours');
  let started = false;
  const memory = await seed(stores, {
    dataDir,
    now: () => new Date(),
    onProgress: (done, total, events) => {
      if (!started) bar.start(total);
      started = true;
      bar.update(done, `${events.toLocaleString('en')} events`);
    },
  });
  bar.stop();
  return memory;
}
