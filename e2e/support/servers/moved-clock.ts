import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The clock of servers that are started with its `env`. */
export interface MovedClock {
  env: Record<string, string>;
  /** Sets it to an instant; it goes on from there. */
  set: (instant: string) => Promise<void>;
  remove: () => Promise<void>;
}

/** A clock that stands at an instant when it is made. */
export async function movedClock(instant: string): Promise<MovedClock> {
  const directory = await mkdtemp(join(tmpdir(), 'plainbill-clock-'));
  const file = join(directory, 'offset');
  const set = (at: string) => writeFile(file, String(Date.parse(at) - Date.now()));
  await set(instant);
  const preload = new URL('moved-clock.mjs', import.meta.url).href;
  return {
    env: { NODE_OPTIONS: `--import ${preload}`, CLOCK_OFFSET_FILE: file },
    set,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
