import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { COLLEAGUES, ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { DAY, HOUR, isWorkday, MINUTE, SECOND } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { DEPLOYS_PER_WORKDAY } from '../fleet.ts';
import { hash, type Random, randomFrom, textHash } from '../random.ts';

/** A dyno that somebody or something starts for one command, and that ends with it. */
interface ShortDyno {
  app: string;
  process: 'run' | 'scheduler' | 'release';
  /** Number in the dyno's name, such as 4821 in `run.4821`. */
  number: number;
  size: string;
  at: number;
  millis: number;
  data: Record<string, unknown>;
}

/** One dyno from its start to its end: quantity 1, then 0. */
function shortDyno(world: DemoWorld, dyno: ShortDyno): DemoEvent[] {
  return [1, 0].map((quantity) =>
    demoEvent(world.seed, {
      accountId: ENTERPRISE,
      at: quantity === 1 ? dyno.at : dyno.at + dyno.millis,
      source: '//platform/formation',
      type: EVENT_TYPES.formation,
      subject: `${dyno.app}/${dyno.process}.${dyno.number}`,
      data: {
        app: dyno.app,
        process: dyno.process,
        size: dyno.size,
        team: TEAM_OF_APP[dyno.app],
        quantity,
        ...dyno.data,
      },
    }),
  );
}

const COMMANDS = [
  { command: 'rails console', cause: 'run' },
  { command: 'rake db:seed:demo', cause: 'run' },
  { command: 'bash', cause: 'run' },
  { command: 'rake orders:reconcile', cause: 'run:detached' },
  { command: 'node scripts/backfill.js', cause: 'run:detached' },
];
const ATTENDED_APPS = [
  'acme-api',
  'acme-web',
  'acme-checkout',
  'acme-auth',
  'acme-search',
  'acme-warehouse',
  'acme-ml',
];

/** One-off dynos of colleagues: a few on a workday, from seconds to hours. */
export function oneOffDynos(world: DemoWorld): EventSource {
  return {
    spanDays: 1,
    eventsOf: (day) => {
      const random = randomFrom(world.seed, 0x0e0ff, day);
      const count = isWorkday(day) ? random.whole(2, 6) : random.whole(0, 1);
      return Array.from({ length: count }, () =>
        shortDyno(world, {
          app: random.pick(ATTENDED_APPS),
          process: 'run',
          number: random.whole(1000, 9999),
          size: random.next() < 0.15 ? 'performance-m' : 'standard-1x',
          at: day * DAY + 7 * HOUR + random.whole(0, 12 * HOUR),
          millis: Math.round(20 * SECOND + 15 * MINUTE * random.next() ** 3 * 12),
          data: { ...random.pick(COMMANDS), actor: random.pick(COLLEAGUES) },
        }),
      ).flat();
    },
  };
}

const JOBS = [
  {
    app: 'acme-api',
    size: 'standard-1x',
    command: 'rake tokens:expire',
    every: HOUR,
    offset: 10 * MINUTE,
    seconds: 48,
  },
  {
    app: 'acme-api',
    size: 'standard-2x',
    command: 'rake invoices:nightly',
    every: DAY,
    offset: 2 * HOUR,
    seconds: 1260,
  },
  { app: 'acme-reports', size: 'standard-2x', command: 'bin/report daily', every: DAY, offset: 5 * HOUR, seconds: 900 },
  { app: 'acme-reports', size: 'basic', command: 'bin/report refresh', every: HOUR, offset: 30 * MINUTE, seconds: 75 },
];

/** Jobs of the Scheduler add-on: the add-on is free, the one-off dynos it starts are not. */
export function scheduledDynos(world: DemoWorld): EventSource {
  return {
    spanDays: 1,
    eventsOf: (day) =>
      JOBS.flatMap((job) => {
        const events: DemoEvent[] = [];
        for (let at = day * DAY + job.offset; at < (day + 1) * DAY; at += job.every) {
          const random = randomFrom(world.seed, 0x5c4ed, textHash(job.command), at);
          events.push(
            ...shortDyno(world, {
              app: job.app,
              process: 'scheduler',
              number: random.whole(1000, 9999),
              size: job.size,
              at: at + random.whole(0, 20 * SECOND),
              millis: Math.round(job.seconds * SECOND * (0.7 + 0.6 * random.next())),
              data: { command: job.command, actor: 'scheduler', cause: 'scheduler' },
            }),
          );
        }
        return events;
      }),
  };
}

/** Deploys: a build whose seconds are metered, then a release dyno for the release phase. */
export function deploys(world: DemoWorld): EventSource {
  return {
    spanDays: 1,
    eventsOf: (day) =>
      Object.entries(DEPLOYS_PER_WORKDAY).flatMap(([app, perWorkday]) => {
        const random = randomFrom(world.seed, 0xdeb107, textHash(app), day);
        const count = random.poisson(isWorkday(day) ? perWorkday : perWorkday / 20);
        return Array.from({ length: count }, (_, n) => deploy(world, app, day, n, random)).flat();
      }),
  };
}

function deploy(world: DemoWorld, app: string, day: number, n: number, random: Random): DemoEvent[] {
  const at = day * DAY + 7 * HOUR + random.whole(0, 12 * HOUR);
  const built = 40 * SECOND + Math.round(200 * SECOND * random.next() ** 2);
  // Numbers rise with the days; gaps are releases that only changed configuration.
  const release = (day - Math.floor(world.anchor / DAY)) * 9 + n + 118;
  const actor = random.pick(COLLEAGUES);
  const commit = hash(world.seed, textHash(app), day, n).toString(16).padStart(8, '0');
  const build = demoEvent(world.seed, {
    accountId: ENTERPRISE,
    at: at + built,
    source: '//platform/builds',
    type: EVENT_TYPES.build,
    subject: app,
    n,
    data: { app, team: TEAM_OF_APP[app], seconds: (built / SECOND).toFixed(3), commit, release: `v${release}`, actor },
  });
  const releaseDyno = shortDyno(world, {
    app,
    process: 'release',
    number: random.whole(1000, 9999),
    size: 'standard-1x',
    at: at + built + 2 * SECOND + random.whole(0, 4 * SECOND),
    millis: random.whole(8 * SECOND, 70 * SECOND),
    data: { command: 'bin/release', release: `v${release}`, actor, cause: 'release' },
  });
  return [build, ...releaseDyno];
}
