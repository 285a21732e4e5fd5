import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { METRICS_TOKEN, type RunningServer } from '../support/servers/server.ts';

/** One of the server's own metrics (without labels). @throws when it is not there */
export async function serverMetric(server: Pick<RunningServer, 'url'>, name: string): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await response.text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`The server has no metric ${name}.`);
  return Number(line.slice(name.length + 1));
}

/** Waits until the roller is not behind, so that what is measured next does not share the machine with it. */
export async function untilRolled(server: Pick<RunningServer, 'url'>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if ((await serverMetric(server, 'plainbill_metering_lag_seconds')) < 2) return;
    await sleep(250);
  }
  throw new Error(`The roller is still behind after ${withinMs} ms.`);
}

/** From here on `peakMemory` counts anew, where the system can (Linux). */
export async function forgetPeakMemory(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {});
}

/** The most memory the process had resident, in bytes; `null` where the system does not tell (only Linux does). */
export function peakMemory(pid: number): Promise<number | null> {
  return statusBytes(pid, /^VmHWM:\s+(\d+) kB$/m);
}

/** The memory the process has resident now, in bytes; `null` where the system does not tell. */
export function residentMemory(pid: number): Promise<number | null> {
  return statusBytes(pid, /^VmRSS:\s+(\d+) kB$/m);
}

async function statusBytes(pid: number, field: RegExp): Promise<number | null> {
  try {
    const kilobytes = field.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
