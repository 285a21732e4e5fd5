import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = join(root, '.dependency-cruiser.cjs');
const rules: { name: string; comment?: string }[] = createRequire(import.meta.url)(config).forbidden;

/** One house for all cases: what they import, and a package for every name in the rules. */
const HOUSE: Record<string, string> = {
  'app/page.tsx': `import { format } from './format.ts'; export const page = format;`,
  'app/format.ts': `export const format = 1;`,
  'server/service.ts': `import { door } from '../clickhouse/index.ts'; export const service = door; export type Answer = typeof service;`,
  'server/service.test.ts': `import { query } from '../clickhouse/query.ts'; export const test = query;`,
  'server/hen.ts': `import { egg } from './egg.ts'; export const hen = egg;`,
  'server/domain/quantity.ts': `import { Temporal } from 'temporal-polyfill'; import { cents } from './money.ts'; export const money = Temporal; cents;`,
  'server/domain/money.ts': `export const cents = 100n;`,
  'clickhouse/index.ts': `export { query as door } from './query.ts';`,
  'clickhouse/query.ts': `import { createClient } from '@clickhouse/client'; export const query = createClient;`,
  'server/right.ts': `import { l, type L } from './left.ts'; export type R = L | typeof l;`,
  'server/compose.ts': `export type Late = 1;`,
  'server/testing/example.ts': `import { service } from '../service.ts'; export const example = service;`,
  'server/domain/rating/testing/cases.ts': `import fc from 'fast-check'; import { example } from '../../../testing/example.ts'; export type Case = [typeof fc, typeof example];`,
  'server/domain/money.test.ts': `import type { Case } from './rating/testing/cases.ts'; export type C = Case;`,
  'e2e/support.ts': `import { service } from '../server/service.ts'; import { example } from '../server/testing/example.ts'; export const support = [service, example];`,
};
const PACKAGES = [
  ...[
    '@clickhouse/client',
    '@electric-sql/pglite',
    '@node-rs/argon2',
    'canonicalize',
    'chdb',
    'decimal.js',
    'drizzle-orm',
    'express',
  ],
  ...['lucia', 'nodemailer', 'pg', 'react', 'recharts', 'socket.io', 'socket.io-client', 'temporal-polyfill', 'zod'],
];

/** A file in each room, lowest first: each breaks its rule by a type of the next room's. */
const ROOM_FILES: [room: string, file: string][] = [
  ['domain', 'server/domain/late.ts'],
  ['fairness', 'server/fairness/late.ts'],
  ['events', 'server/events/late.ts'],
  ['database', 'server/database/accounts/late.ts'],
  ['metering', 'server/metering/late.ts'],
  ['ingest', 'server/ingest/late.ts'],
  ['usage', 'server/usage/late.ts'],
  ['billing', 'server/billing/late.ts'],
  ['billing-kept', 'server/billing/kept/late.ts'],
  ['billing-invoices', 'server/billing/invoices/late.ts'],
  ['billing-coverage', 'server/billing/coverage/late.ts'],
  ['billing-files', 'server/billing/files/late.ts'],
  ['explanation-types', 'server/explanation/explanation.types.ts'],
  ['explanation-charge', 'server/explanation/charge/late.ts'],
  ['explanation-levels', 'server/explanation/levels/late.ts'],
  ['explanation-why', 'server/explanation/why/late.ts'],
  ['explanation', 'server/explanation/late.ts'],
  ['explanation-corrections', 'server/explanation/corrections/late.ts'],
  ['explanation-kept', 'server/explanation/kept/late.ts'],
  ['access', 'server/access/late.ts'],
  ['auth', 'server/auth/late.ts'],
  ['outbox', 'server/outbox/late.ts'],
  ['support', 'server/support/late.ts'],
  ['pages', 'server/pages/late.ts'],
  ['realtime', 'server/realtime/late.ts'],
  ['doors', 'server/doors/late.ts'],
  ['api', 'server/api/prices/late.ts'],
  ['jobs', 'server/jobs/late.ts'],
  ['process', 'server/stores.ts'],
  ['catalog', 'server/catalog/late.ts'],
  ['demo', 'server/demo/late.ts'],
  ['commands', 'server/commands/late.ts'],
  ['composition', 'server/composition/late.ts'],
];

/** Each takes a type from the file above it, which its rule forbids; the last one from the composition. */
const UPWARD = ROOM_FILES.map(([room, file], i): [rule: string, file: string, source: string] => {
  const above = ROOM_FILES[i + 1]?.[1] ?? 'server/compose.ts';
  const path = relative(dirname(file), above);
  const source = `import type { Late } from '${path.startsWith('.') ? path : `./${path}`}'; export type Mine = Late;`;
  return [`${room}-rests-on-lower-rooms`, file, source];
});

/** Rule, the file that breaks it, and how. */
const BROKEN: [rule: string, file: string, source: string][] = [
  ...UPWARD,
  ['app-takes-only-types-from-server', 'app/value.ts', `import { service } from '../server/service.ts'; service;`],
  [
    'app-takes-only-types-from-server',
    'app/value-by-alias.ts',
    `import { service } from '#server/service.ts'; service;`,
  ],
  [
    'app-takes-only-types-from-server',
    'app/value-later.ts',
    `export const later = () => import('../server/service.ts');`,
  ],
  [
    'app-never-sees-clickhouse',
    'app/table.ts',
    `import type { query } from '../clickhouse/index.ts'; export type Q = query;`,
  ],
  [
    'server-never-imports-app',
    'server/page.ts',
    `import type { page } from '../app/page.tsx'; export type P = typeof page;`,
  ],
  [
    'clickhouse-knows-nobody',
    'clickhouse/price.ts',
    `import type { Answer } from '../server/service.ts'; export type A = Answer;`,
  ],
  ['clickhouse-has-one-door', 'server/back-door.ts', `import { query } from '../clickhouse/query.ts'; query;`],
  ['clickhouse-has-one-door', 'server/back-door-by-alias.ts', `import { query } from '#clickhouse/query.ts'; query;`],
  ['nobody-imports-e2e', 'server/on-tests.ts', `import { support } from '../e2e/support.ts'; support;`],
  ['nobody-imports-e2e', 'server/on-tests.test.ts', `import { support } from '../e2e/support.ts'; support;`],
  ['nobody-imports-e2e', 'server/testing/on-tests.ts', `import { support } from '../../e2e/support.ts'; support;`],
  ['testing-is-for-tests', 'server/made-up.ts', `import { example } from './testing/example.ts'; example;`],
  [
    'testing-is-for-tests',
    'app/made-up-rating.ts',
    `import type { Case } from '../server/domain/rating/testing/cases.ts'; export type C = Case;`,
  ],
  ['tests-are-not-imported', 'server/on-a-test.ts', `import { test } from './service.test.ts'; test;`],
  ['domain-is-pure', 'server/domain/reads-files.ts', `import { readFileSync } from 'node:fs'; readFileSync;`],
  ['domain-is-pure', 'server/domain/asks-a-service.ts', `import { service } from '../service.ts'; service;`],
  [
    'browser-domain-needs-no-package',
    'server/domain/pricing/models/exact.ts',
    `import { Temporal } from 'temporal-polyfill'; Temporal;`,
  ],
  ['decimal-js-only-in-events', 'server/metering/sums.ts', `import { Decimal } from 'decimal.js'; Decimal;`],
  ['domain-is-pure', 'server/domain/other-decimals.ts', `import { Decimal } from 'decimal.js'; Decimal;`],
  ['commands-prepare-without-packages', 'server/commands/start.mjs', `import { z } from 'zod'; z;`],
  ['lucia-only-in-auth', 'server/session.ts', `import { Lucia } from 'lucia'; Lucia;`],
  ['argon2-only-in-auth', 'server/password.ts', `import { hash } from '@node-rs/argon2'; hash;`],
  ['postgres-only-in-database', 'server/sql.ts', `import { sql } from 'drizzle-orm'; sql;`],
  ['postgres-only-in-database', 'server/pool.ts', `import pg from 'pg'; pg;`],
  ['postgres-only-in-database', 'server/embedded.ts', `import { PGlite } from '@electric-sql/pglite'; PGlite;`],
  [
    'clickhouse-client-only-in-clickhouse',
    'server/client.ts',
    `import { createClient } from '@clickhouse/client'; createClient;`,
  ],
  ['clickhouse-client-only-in-clickhouse', 'server/engine.ts', `import { query } from 'chdb'; query;`],
  ['express-only-at-the-door', 'server/handler.ts', `import type { Request } from 'express'; export type R = Request;`],
  ['socket-io-only-in-realtime', 'server/rooms.ts', `import { Server } from 'socket.io'; Server;`],
  ['socket-io-client-not-in-server', 'server/listens.ts', `import { io } from 'socket.io-client'; io;`],
  [
    'nodemailer-only-in-outbox',
    'server/jobs/sends.ts',
    `import { createTransport } from 'nodemailer'; createTransport;`,
  ],
  ['zod-only-in-server', 'app/form.ts', `import { z } from 'zod'; z;`],
  ['react-only-in-app', 'server/mail.tsx', `import { createElement } from 'react'; createElement;`],
  ['react-only-in-app', 'server/chart.tsx', `import { LineChart } from 'recharts'; LineChart;`],
  ['no-circular', 'server/egg.ts', `import { hen } from './hen.ts'; export const egg = hen;`],
  ['no-circular', 'server/left.ts', `import type { R } from './right.ts'; export type L = R | 1; export const l = 1;`],
  ['no-orphans', 'server/left-over.ts', `export const leftOver = 1;`],
  ['resolvable', 'server/wishful.ts', `import { wish } from './nowhere.ts'; wish;`],
  ['no-dev-dependencies-in-the-product', 'server/generates.ts', `import fc from 'fast-check'; fc;`],
];

/** What must stay possible. */
const ALLOWED: [why: string, file: string, source: string][] = [
  ['app takes what needs no package', 'app/model.ts', `import { cents } from '../server/domain/money.ts'; cents;`],
  [
    'app takes types from server',
    'app/typed.ts',
    `import type { Answer } from '#server/service.ts'; export type A = Answer;`,
  ],
  ['a test looks behind the door', 'server/service.test.ts', HOUSE['server/service.test.ts'] ?? ''],
  ['one spelling of JSON in the domain', 'server/domain/spelling.ts', `import spell from 'canonicalize'; spell;`],
  ['decimal.js in events', 'server/events/number.ts', `import { Decimal } from 'decimal.js'; Decimal;`],
  ['lucia in auth', 'server/auth/sessions.ts', `import { Lucia } from 'lucia'; Lucia;`],
  ['drizzle in database', 'server/database/users.ts', `import { sql } from 'drizzle-orm'; sql;`],
  [
    'express in http.ts',
    'server/http.ts',
    `import express from 'express'; import { Server } from 'socket.io'; express; Server;`,
  ],
  ['zod in the API', 'server/api/schema.ts', `import { z } from 'zod'; z;`],
  ['recharts in app', 'app/chart.tsx', `import { LineChart } from 'recharts'; LineChart;`],
];

let house = '';
let broken: { rule: { name: string }; from: string }[] = [];

beforeAll(async () => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'plainbill-house-')));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), content);
  };
  for (const [path, source] of Object.entries(HOUSE)) write(path, source);
  for (const [, path, source] of [...BROKEN, ...ALLOWED]) write(path, source);
  for (const name of [...PACKAGES, 'fast-check']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  const versions = Object.fromEntries(PACKAGES.map((name) => [name, '1.0.0']));
  const imports = { '#server/*': './server/*', '#clickhouse/*': './clickhouse/*' };
  const manifest = { type: 'module', imports, dependencies: versions, devDependencies: { 'fast-check': '1.0.0' } };
  write('package.json', JSON.stringify(manifest));
  copyFileSync(join(root, 'tsconfig.json'), join(house, 'tsconfig.json'));
  broken = await cruise(house);
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

/** Runs the project's rules over a folder, by the same program as `npm run check:imports`. */
async function cruise(cwd: string): Promise<typeof broken> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'app', 'server', 'clickhouse', 'e2e', '--config', config, '--output-type', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    // Ends with the number of violations, which is what we came for.
    execFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) =>
      stdout.startsWith('{') ? resolve(stdout) : reject(new Error(stderr)),
    );
  });
  return JSON.parse(output).summary.violations;
}

const brokenBy = (file: string) => broken.filter(({ from }) => from === file).map(({ rule }) => rule.name);

describe('the import rules', () => {
  it.each(BROKEN)('%s: %s', (rule, file) => {
    expect(brokenBy(file)).toContain(rule);
  });

  it.each(ALLOWED)('allow that %s: %s', (_, file) => {
    expect(brokenBy(file)).toEqual([]);
  });

  it('leave the rest of the house alone', () => {
    expect(Object.keys(HOUSE).flatMap(brokenBy)).toEqual([]);
  });

  it('are each broken here once', () => {
    expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });

  it.each(rules)('$name says why, in a sentence', ({ comment }) => {
    expect(comment).toMatch(/^[A-Z`a-z].{30,}[.]$/);
  });
});
