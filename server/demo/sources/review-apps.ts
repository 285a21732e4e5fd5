import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { COLLEAGUES, ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { DAY, HOUR, isWorkday, MINUTE, SECOND } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { type Random, randomFrom, textHash } from '../random.ts';
import { addonEvent } from './addons.ts';

/** Pipelines that open a review app for each pull request. */
const PIPELINES = [
  { pipeline: 'acme-web', perWorkday: 1.8, firstPullRequest: 1410 },
  { pipeline: 'acme-api', perWorkday: 1.1, firstPullRequest: 873 },
];
const LONGEST_DAYS = 8;

/** Review apps: each is there from its pull request's opening to its merge, with a web dyno and a small database. */
export function reviewApps(world: DemoWorld): EventSource {
  return {
    spanDays: LONGEST_DAYS + 1,
    eventsOf: (day) =>
      PIPELINES.flatMap(({ pipeline, perWorkday, firstPullRequest }) => {
        const random = randomFrom(world.seed, 0x4e71e3, textHash(pipeline), day);
        const count = random.poisson(isWorkday(day) ? perWorkday : 0.1);
        const age = day - Math.floor(world.anchor / DAY);
        return Array.from({ length: count }, (_, n) =>
          reviewApp(world, pipeline, firstPullRequest + age * 6 + n, day, random),
        ).flat();
      }),
  };
}

function reviewApp(world: DemoWorld, pipeline: string, pullRequest: number, day: number, random: Random): DemoEvent[] {
  const app = `${pipeline}-pr-${pullRequest}`;
  const team = TEAM_OF_APP[pipeline] ?? null;
  const creator = random.pick(COLLEAGUES);
  const opened = day * DAY + 8 * HOUR + random.whole(0, 10 * HOUR);
  const lives = 2 * HOUR + Math.round((LONGEST_DAYS * DAY - 2 * HOUR) * random.next() ** 2.5);
  const origin = { pipeline, pullRequest, creator };
  const size = random.next() < 0.7 ? 'basic' : 'standard-1x';
  const boot = opened + random.whole(40 * SECOND, 3 * MINUTE);
  const closed = opened + lives;
  const levels = [
    { at: boot, size, quantity: 1, cause: 'review-app', actor: creator },
    // Now and then somebody tries a larger dyno, which app.json did not say.
    ...(random.next() < 0.12 && lives > DAY
      ? [
          {
            at: boot + random.whole(HOUR, 12 * HOUR),
            size: 'standard-2x',
            quantity: 1,
            cause: 'resize',
            actor: creator,
          },
        ]
      : []),
  ];
  const last = levels.at(-1)?.size ?? size;
  const web = [...levels, { at: closed, size: last, quantity: 0, cause: 'review-app-closed', actor: 'platform' }].map(
    (l) =>
      demoEvent(world.seed, {
        accountId: ENTERPRISE,
        at: l.at,
        source: '//platform/formation',
        type: EVENT_TYPES.formation,
        subject: `${app}/web`,
        data: {
          app,
          process: 'web',
          size: l.size,
          team,
          quantity: l.quantity,
          cause: l.cause,
          actor: l.actor,
          ...origin,
        },
      }),
  );
  const database = [
    { at: opened + 5 * SECOND, present: true, cause: 'provisioned', actor: creator },
    { at: closed + 2 * SECOND, present: false, cause: 'deprovisioned', actor: 'platform' },
  ].map((l) =>
    addonEvent(world, {
      ...l,
      accountId: ENTERPRISE,
      id: `postgresql-${app}`,
      app,
      team,
      service: 'postgresql',
      plan: 'essential-0',
      more: origin,
    }),
  );
  return [...web, ...database];
}
