import { defineConfig } from 'vitest/config';
import { LongestFirst } from './e2e/longest-first.ts';

// libuv reads it once, when a process starts; the workers inherit it from here.
process.env.UV_THREADPOOL_SIZE ??= '16';

export default defineConfig({
  resolve: { alias: { '~': new URL('app', import.meta.url).pathname } },
  test: {
    include: ['{app,server,clickhouse,e2e}/**/*.test.{ts,tsx}'],
    exclude: ['e2e/browser/**', 'node_modules/**'],
    // A process per file: the embedded ClickHouse opens one directory per process, and native memory goes with it.
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Explanations make much that lives shortly: opening 60 charges took less of the collector's time with it.
    execArgv: ['--max-semi-space-size=64'],
    // Opening the embedded stores takes seconds on two busy cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
