// The house, as rules: app → server → clickhouse, and never back. `e2e/structure.test.ts` breaks each one once.

const TESTS = '[.](test|spec)[.]tsx?$';

/** Matches a package whether or not it could be resolved. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // ── between the four folders
    {
      name: 'app-takes-only-types-from-server',
      comment:
        "Values reach a page through the loader's context or a socket event; a value import would pull the server into the browser's bundle.",
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'app-never-sees-clickhouse',
      comment:
        'Pages speak of usage and money, not of tables: what was measured reaches them through a service, which also checks whose it is.',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^clickhouse/' },
    },
    {
      name: 'server-never-imports-app',
      comment:
        'The server must start, answer the API and be tested without a page; http.ts loads the built pages by path, at run time.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^app/' },
    },
    {
      name: 'clickhouse-knows-nobody',
      comment:
        'clickhouse owns the words of measurement only; knowing prices, accounts or pages would let a query decide what usage means.',
      severity: 'error',
      from: { path: '^clickhouse/' },
      to: { path: '^(app|server|e2e)/' },
    },
    {
      name: 'clickhouse-has-one-door',
      comment:
        'Queries behind clickhouse/index.ts can be renamed, split and versioned without a look through the whole server.',
      severity: 'error',
      from: { path: '^(server|e2e)/', pathNot: TESTS },
      to: { path: '^clickhouse/', pathNot: '^clickhouse/index[.]ts$' },
    },
    {
      name: 'nobody-imports-e2e',
      comment: 'e2e stands where the customer stands, outside; the product must not lean on its own tests.',
      severity: 'error',
      from: { path: '^(app|server|clickhouse)/', pathNot: TESTS },
      to: { path: '^e2e/' },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What a test shares belongs in a file of its own, or importing it would run the test.',
      severity: 'error',
      from: {},
      to: { path: TESTS },
    },

    // ── inside the server
    {
      name: 'domain-is-pure',
      comment:
        'Money and time are functions of their arguments, so that every amount can be computed again; the domain knows decimals, calendars and itself.',
      severity: 'error',
      from: { path: '^server/domain/', pathNot: TESTS },
      to: { pathNot: `^server/domain/|${packages('decimal[.]js', 'temporal-polyfill')}` },
    },
    {
      name: 'commands-prepare-without-packages',
      comment:
        'npm start and npm test begin on a fresh clone, before anything is installed, so what they begin with runs on Node.js alone.',
      severity: 'error',
      from: { path: '^server/commands/.*[.]mjs$' },
      to: { pathNot: '^server/commands/.*[.]mjs$', dependencyTypesNot: ['core'] },
    },

    // ── one home for each library
    {
      name: 'lucia-only-in-auth',
      comment:
        'lucia is deprecated: behind the few functions of server/auth it can be replaced without touching anything else.',
      severity: 'error',
      from: { pathNot: '^server/auth/' },
      to: { path: packages('lucia', '@lucia-auth/[^/]+') },
    },
    {
      name: 'argon2-only-in-auth',
      comment: 'Passwords are hashed and compared in one place, with one set of parameters.',
      severity: 'error',
      from: { pathNot: '^server/auth/' },
      to: { path: packages('@node-rs/argon2') },
    },
    {
      name: 'postgres-only-in-database',
      comment:
        'Every query of tenant data is a function of server/database with the account as a parameter; sessions are the one exception, in server/auth.',
      severity: 'error',
      from: { pathNot: `^server/(database|auth)/|^drizzle[.]config[.]ts$|^e2e/|${TESTS}` },
      to: { path: packages('drizzle-orm', 'drizzle-kit', 'pg', '@electric-sql/pglite') },
    },
    {
      name: 'clickhouse-client-only-in-clickhouse',
      comment:
        'The engine, embedded or a server, is opened in one place; the embedded one allows a single data path per process.',
      severity: 'error',
      from: { pathNot: '^clickhouse/' },
      to: { path: packages('@clickhouse/[^/]+', 'chdb') },
    },
    {
      name: 'express-only-at-the-door',
      comment:
        'Requests and responses end at http.ts, form-door.ts, shares-door.ts, turns-door.ts, unread-answers.ts, answer-begins.ts, compressed.ts, pages.ts and api; services take plain values, so that a page, the API and a socket can share them.',
      severity: 'error',
      from: {
        path: '^(app|server|clickhouse)/',
        pathNot: `^server/(http|form-door|shares-door|turns-door|unread-answers|answer-begins|compressed|pages|compose|index)[.]ts$|^server/api/|${TESTS}`,
      },
      to: { path: packages('express', '@types/express', '@remix-run/express', 'helmet', 'pino-http') },
    },
    {
      name: 'socket-io-only-in-realtime',
      comment:
        'Rooms decide who hears what; they are kept in server/realtime, where that is tested. http.ts may attach it to the port, compose.ts hand it over.',
      severity: 'error',
      from: { path: '^(app|server|clickhouse)/', pathNot: `^server/realtime/|^server/(http|compose)[.]ts$|${TESTS}` },
      to: { path: packages('socket[.]io', '@socket[.]io/[^/]+') },
    },
    {
      name: 'socket-io-client-not-in-server',
      comment: 'The client is for browsers and for tests that stand in for one.',
      severity: 'error',
      from: { path: '^(server|clickhouse)/', pathNot: TESTS },
      to: { path: packages('socket[.]io-client') },
    },
    {
      name: 'nodemailer-only-in-mail',
      comment: 'Everything else writes mails into the outbox, in the transaction of what they tell of.',
      severity: 'error',
      from: { pathNot: '^server/mail/' },
      to: { path: packages('nodemailer') },
    },
    {
      name: 'zod-only-in-server',
      comment: "zod weighs 90 KB in a browser bundle; input is parsed at the server's door and trusted inside.",
      severity: 'error',
      from: { pathNot: `^server/|^e2e/|${TESTS}` },
      to: { path: packages('zod', '@asteasolutions/zod-to-openapi') },
    },
    {
      name: 'react-only-in-app',
      comment:
        'What people see is the business of app; a component in the server would mix what something means with how it looks.',
      severity: 'error',
      from: { path: '^(server|clickhouse|e2e)/' },
      to: {
        path: packages(
          'react',
          'react-dom',
          '@types/react',
          '@types/react-dom',
          'recharts',
          'lucide-react',
          '@ariakit/[^/]+',
          '@remix-run/react',
        ),
      },
    },

    // ── everywhere
    {
      name: 'no-circular',
      comment: 'In a circle nothing can be understood, tested or loaded first. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment:
        'A file nobody imports and that imports nobody is left over; entries that are started or found by name are not.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '[.]d[.][cm]?ts$',
          TESTS,
          '^app/(root|entry[.](client|server))[.]tsx$',
          '^app/routes([.]ts$|/)',
          '^server/commands/[^/]+$',
          '^e2e/bench/',
        ],
      },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be found would only fail when it is reached.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      comment: 'A production installation leaves devDependencies out.',
      severity: 'error',
      from: { path: '^(app|server|clickhouse)/', pathNot: TESTS },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: packages('@types/[^/]+', 'vite', '@remix-run/dev'),
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types are imports too: app may take them from server, and nothing else.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts', '.css', '.json'],
    },
    cache: false,
  },
};
