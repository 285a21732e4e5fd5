import { LAST_MONTH, MINUTE, momentIn, SECOND } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { addonEvent } from '../sources/addons.ts';
import { ROBIN, TERN } from './customers.ts';
import { dynoEvent, dynoForAWhile } from './dyno-event.ts';

const OF_TERN = { accountId: TERN, team: 'studio' };

/** Apps that cost for being there: one nobody visits, one long gone, one of a pull request. */
export function appLives(world: DemoWorld): DemoEvent[] {
  return [...unvisited(world), ...deleted(world), ...ofPullRequest(world)];
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

/** The app of a pull request, with a database, for a day and a half. */
function ofPullRequest(world: DemoWorld): DemoEvent[] {
  const origin = { pipeline: 'tern-shop', pullRequest: 58, creator: ROBIN };
  const app = 'tern-shop-pr-58';
  const opened = momentIn(world.anchor, LAST_MONTH, 9, '11:00:00');
  const closed = momentIn(world.anchor, LAST_MONTH, 10, '16:30:00');
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
    addonEvent(world, { ...database, at: closed, present: false, cause: 'deprovisioned', actor: 'platform' }),
  ];
}
