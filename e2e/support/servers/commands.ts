import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended and what it printed. */
export interface CommandResult {
  code: number;
  output: string;
}

/** Runs one of the product's commands (`server/commands/NAME.ts`) on an embedded data directory no server has open. */
export function runCommand(name: string, dataDir: string): Promise<CommandResult> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' as const, DATA_DIR: dataDir };
  const options = {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...env, UV_THREADPOOL_SIZE: '16' },
    maxBuffer: 64 * 1024 * 1024,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', `server/commands/${name}.ts`], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
