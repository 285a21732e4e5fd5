import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few hundred MiB that a test can fill up. */
export interface SmallDisk {
  path: string;
  /** Writes a file until nothing more fits. */
  fill: () => Promise<void>;
  /** Removes that file. */
  free: () => void;
  /** Unmounts; the files are gone. */
  remove: () => void;
}

/** Mounts one in memory; `null` where mounting is not permitted (it takes root on Linux). */
export function mountSmallDisk(mebibytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'plainbill-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmdirSync(path);
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: async () => {
      const file = await open(filler, 'w');
      try {
        for (const size of [1024 * 1024, 4096]) while (await fits(file.write(Buffer.alloc(size))));
      } finally {
        await file.close();
      }
    },
    free: () => rmSync(filler),
    remove: () => {
      execFileSync('umount', ['-l', path]);
      rmdirSync(path);
    },
  };
}

async function fits(written: Promise<unknown>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
