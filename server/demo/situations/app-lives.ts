import { LAST_MONTH, MINUTE, momentIn, SECOND } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { addonEvent } from '../sources/addons.ts';
import { ROBIN, TERN } from './customers.ts';
import { dynoEvent, dynoForAWhile } from './dyno-event.ts';

const OF_TERN = { accountId: TERN, team: 'studio' };

/** Apps that cost for being there: one nobody visits, one long gone, two of pull requests, one of them forgotten. */
export function appLives(world: DemoWorld): DemoEvent[] {
  const merged = { number: 58, opened: [9, '11:00:00'], closed: [10, '16:30:00'] } as const;
  // Its pull request was closed long before somebody saw that the app was still there.
  const forgotten = { number: 61, opened: [13, '10:00:00'], closed: [27, '09:15:00'] } as const;
  return [
    ...unvisited(world),
    ...deleted(world),
    ...ofPullRequest(world, { ...merged, by: 'platform' }),
    ...ofPullRequest(world, { ...forgotten, by: ROBIN }),
  ];
}

/** Runs day and night without a single request; in a month of 31 days its slot reaches its cap. */
function unvisited(world: DemoWorld): DemoEvent[] {
  return [
    dynoEvent(world, {
      ...OF_TERN,
      at: world.anchor,
      app: 'tern-site',
      process: 'web',
      size: 'standard-1x',
      quantity: 1,
      previousQuantity: 0,
      cause: 'carried-over',
      actor: 'platform',
    }),
  ];
}

/**
 * Deleted after 79,556 s of a Basic dyno: the 0.0306929 months, 0.21, of an invoice that a customer once published. Its
 * database was not attached to it alone, so it was kept, and is charged still.
 */
function deleted(world: DemoWorld): DemoEvent[] {
  const app = 'tern-promo';
  const created = momentIn(world.anchor, LAST_MONTH, 2, '10:00:00');
  const seconds = 79_556;
  const web = { ...OF_TERN, app, process: 'web', size: 'basic' };
  return [
    dynoEvent(world, { ...web, at: created, quantity: 1, previousQuantity: 0, cause: 'app-created', actor: ROBIN }),
    addonEvent(world, {
      ...OF_TERN,
      at: created + 5 * SECOND,
      id: 'postgresql-lonely-20871',
      app,
      service: 'postgresql',
      plan: 'essential-0',
      present: true,
      cause: 'provisioned',
      actor: ROBIN,
    }),
    dynoEvent(world, {
      ...web,
      at: created + seconds * SECOND,
      quantity: 0,
      previousQuantity: 1,
      cause: 'app-destroyed',
      actor: ROBIN,
    }),
  ];
}

/** A pull request whose app is there from one day and time of last month to another. */
interface PullRequest {
  number: number;
  opened: readonly [day: number, time: string];
  closed: readonly [day: number, time: string];
  /** Who destroys the app. */
  by: string;
}

/** The app of a pull request, with a database. */
function ofPullRequest(world: DemoWorld, pullRequest: PullRequest): DemoEvent[] {
  const origin = { pipeline: 'tern-shop', pullRequest: pullRequest.number, creator: ROBIN };
  const app = `tern-shop-pr-${pullRequest.number}`;
  const [opened, closed] = [pullRequest.opened, pullRequest.closed].map(([day, time]) =>
    momentIn(world.anchor, LAST_MONTH, day, time),
  ) as [number, number];
  const database = {
    ...OF_TERN,
    id: `postgresql-${app}`,
    app,
    service: 'postgresql',
    plan: 'essential-0',
    more: origin,
  };
  return [
    ...dynoForAWhile(
      world,
      {
        ...OF_TERN,
        at: opened + MINUTE,
        app,
        process: 'web',
        size: 'basic',
        cause: 'review-app',
        actor: ROBIN,
        more: origin,
      },
      closed - opened - MINUTE,
    ),
    addonEvent(world, { ...database, at: opened, present: true, cause: 'provisioned', actor: ROBIN }),
    addonEvent(world, { ...database, at: closed, present: false, cause: 'deprovisioned', actor: pullRequest.by }),
  ];
}
