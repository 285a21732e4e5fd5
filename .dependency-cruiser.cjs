// The house, as rules: app → server → clickhouse, and never back; inside the server, rooms by subject, each resting on lower
// ones. `e2e/structure.test.ts` breaks each rule once.

const TESTS = '[.](test|spec)[.]tsx?$';

/** What tests share, beside what it stands for. */
const TESTING = '^(app|server|clickhouse)/testing/|^(app|server|clickhouse)/.+/testing/';
const TESTS_AND_TESTING = `${TESTS}|${TESTING}`;

/** Matches a package whether or not it could be resolved. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})(/|$)`;

/** The files of the domain that pages may take values from, too. */
const IN_THE_BROWSER =
  '^server/domain/((aggregation|change-id|correction-id|decimal|duration|grouping|instant|live-namespace|money|policy|invoice/invoice-state|pricing/product|text/name-in-path|whole-days)[.]ts$|pricing/models/)';

/**
 * The rooms of the server, lowest first: a room imports itself and those before it, types included. With each, why what comes
 * after it must not be known there.
 * @type {[room: string, path: string, why: string][]}
 */
const ROOMS = [
  [
    'domain',
    'domain/',
    'Money and time are the words all others speak in; what spoke of a room above could not be spoken there.',
  ],
  ['fairness', 'fairness/', 'Whoever asks is counted and given a turn before anything is known of what is asked.'],
  ['events', 'events/', 'What an event says is the same, whoever meters, prices or shows it.'],
  [
    'database',
    'database/',
    'Rows outlive every version of the code that made them, so they are not described by what reads them.',
  ],
  ['metering', 'metering/', 'Usage is a function of events alone; a price or a page could only make it another one.'],
  ['ingest', 'ingest/', 'What was acknowledged is durable and metered, whatever becomes of everything above.'],
  ['usage', 'usage/', 'How much was used is asked without money, also by those who have no price.'],
  [
    'billing',
    'billing/[^/]+$',
    'Charges are computed from usage and what rules, before there is an invoice to put them on.',
  ],
  [
    'billing-kept',
    'billing/kept/',
    'The forms of what was issued stay readable when the rooms that show it are rebuilt.',
  ],
  [
    'billing-invoices',
    'billing/invoices/',
    'An invoice is made of charges; how one is opened or drawn is not its business.',
  ],
  [
    'billing-coverage',
    'billing/coverage/',
    'Whether every contribution is billed once is proven on invoices, not on how they are shown.',
  ],
  [
    'billing-files',
    'billing/files/',
    'Files are functions of an invoice, so that the same one gives the same bytes for good.',
  ],
  [
    'explanation-types',
    'explanation/explanation[.]types[.]ts$',
    'What an explanation says is agreed on before anybody makes, keeps or shows one.',
  ],
  [
    'explanation-charge',
    'explanation/charge/',
    'A charge is found and rated in one way, whichever level of it is asked for.',
  ],
  [
    'explanation-levels',
    'explanation/levels/',
    'Levels add up to the charge by themselves; words about them come after.',
  ],
  ['explanation-why', 'explanation/why/', 'Causes are told of sums that are proven already.'],
  [
    'explanation',
    'explanation/[^/]+$',
    'An explanation is put together of its levels and causes, before it is corrected or kept.',
  ],
  [
    'explanation-corrections',
    'explanation/corrections/',
    'A correction is the difference of two explanations, whoever reads it.',
  ],
  [
    'explanation-kept',
    'explanation/kept/',
    'What is kept for a link or a question is told apart from who may open it.',
  ],
  ['access', 'access/', 'Who may see an account is decided in one place, which no page or door can bend.'],
  ['auth', 'auth/', 'Who somebody is must not depend on what they came for.'],
  ['outbox', 'outbox/', 'What leaves is written with its cause; the outbox takes words and knows no reasons.'],
  ['support', 'support/', 'Questions and links are the same on a page and in the API.'],
  ['pages', 'pages/', 'What a page is answered with is a plain value, which neither a socket nor a request shapes.'],
  [
    'realtime',
    'realtime/',
    'Sockets tell the numbers of the rooms below, and are told of by nobody but the composition.',
  ],
  ['doors', 'doors/', 'Doors let requests in or refuse them, whatever is asked for behind them.'],
  ['api', 'api/', 'The API is an outer contract: nothing inside leans on its spelling.'],
  ['jobs', 'jobs/', 'Jobs call the same functions as people do, and nobody waits for a job.'],
  ['process', '(env|stores|measuring)[.]ts$', 'Settings and stores are opened for a server and for commands alike.'],
  ['catalog', 'catalog/', 'The list prices are data, which the product must work without.'],
  ['demo', 'demo/', 'A production server has no demo: nothing but the composition may know of it.'],
  ['commands', 'commands/', 'Commands are run by people; only the start of the server shares one of their steps.'],
  [
    'composition',
    '(composition/|(http|metrics)[.]ts$)',
    'What puts the rooms together knows all of them, and is known only by what starts the server.',
  ],
];

const roomRules = ROOMS.map(([room, path, why], i) => ({
  name: `${room}-rests-on-lower-rooms`,
  comment: why,
  severity: 'error',
  from: { path: `^server/${path}`, pathNot: TESTS_AND_TESTING },
  to: {
    path: '^server/',
    pathNot: ROOMS.slice(0, i + 1).map(([, lower]) => `^server/${lower}`),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // ── between the four folders
    {
      name: 'app-takes-only-types-from-server',
      comment:
        "Values reach a page through the loader's context or a socket event; a value import would pull the server into the browser's bundle. What both must say alike comes from the domain.",
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS_AND_TESTING },
      to: { path: '^server/', pathNot: IN_THE_BROWSER, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'browser-domain-needs-no-package',
      comment: 'What of the domain reaches a browser is small because it rests on nothing but itself.',
      severity: 'error',
      from: { path: IN_THE_BROWSER, pathNot: TESTS },
      to: { pathNot: IN_THE_BROWSER, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'app-never-sees-clickhouse',
      comment:
        'Pages speak of usage and money, not of tables: what was measured reaches them through the server, which also checks whose it is.',
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
      comment:
        'e2e stands where the customer stands, outside: a room and its tests can be read and run without it, and share what they need in a testing folder beside them.',
      severity: 'error',
      from: { path: '^(app|server|clickhouse)/' },
      to: { path: '^e2e/' },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'What makes things up for tests, or keeps them from being tried for real, must not reach a customer.',
      severity: 'error',
      from: { pathNot: `${TESTS_AND_TESTING}|^e2e/` },
      to: { path: TESTING },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What a test shares belongs in a file of its own, or importing it would run the test.',
      severity: 'error',
      from: {},
      to: { path: TESTS },
    },

    // ── inside the server
    ...roomRules,
    {
      name: 'domain-is-pure',
      comment:
        'Money and time are functions of their arguments, so that every amount can be computed again; the domain knows calendars, one spelling of JSON and itself.',
      severity: 'error',
      from: { path: '^server/domain/', pathNot: TESTS_AND_TESTING },
      to: { pathNot: `^server/domain/|${packages('canonicalize', 'temporal-polyfill')}` },
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
      name: 'decimal-js-only-in-events',
      comment:
        'Numbers as others spell them are read at the events; from there on decimals are whole numbers of a fixed small unit, in one arithmetic.',
      severity: 'error',
      from: { pathNot: `^server/events/|${TESTS}` },
      to: { path: packages('decimal[.]js') },
    },
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
        'Requests and responses end at http.ts, the doors and the API; all else takes plain values, so that a page, the API and a socket can share it.',
      severity: 'error',
      from: {
        path: '^(app|server|clickhouse)/',
        pathNot: `^server/(http|compose|index)[.]ts$|^server/(doors|api)/|${TESTS}`,
      },
      to: { path: packages('express', '@types/express', '@remix-run/express', 'helmet', 'pino-http') },
    },
    {
      name: 'socket-io-only-in-realtime',
      comment:
        'Rooms decide who hears what; they are kept in server/realtime, where that is tested. http.ts may attach it to the port, the composition hand it over.',
      severity: 'error',
      from: {
        path: '^(app|server|clickhouse)/',
        pathNot: `^server/realtime/|^server/(http|composition/sockets)[.]ts$|${TESTS}`,
      },
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
      name: 'nodemailer-only-in-outbox',
      comment: 'Everything else writes mails into the outbox, in the transaction of what they tell of.',
      severity: 'error',
      from: { pathNot: '^server/outbox/' },
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
      comment: 'In a circle nothing can be understood, tested or loaded first; of types neither.',
      severity: 'error',
      from: {},
      to: { circular: true },
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
      from: { path: '^(app|server|clickhouse)/', pathNot: TESTS_AND_TESTING },
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
