import { LAST_MONTH, momentIn } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { addonEvent } from '../sources/addons.ts';
import { ROBIN, TERN } from './customers.ts';

/** A database on two plans within a month, and two add-ons whose price changes while they are there. */
export function plansAndPrices(world: DemoWorld): DemoEvent[] {
  const database = {
    accountId: TERN,
    team: 'studio',
    id: 'postgresql-amber-11250',
    app: 'tern-shop',
    service: 'postgresql',
    present: true,
  };
  return [
    addonEvent(world, {
      ...database,
      at: world.anchor,
      plan: 'essential-0',
      cause: 'carried-over',
      actor: 'platform',
    }),
    addonEvent(world, {
      ...database,
      at: momentIn(world.anchor, LAST_MONTH, 20, '08:00:00'),
      plan: 'standard-0',
      cause: 'plan-changed',
      actor: ROBIN,
      more: { previousPlan: 'essential-0' },
    }),
    // There all along, dearer from the same day on.
    addonEvent(world, {
      ...{ accountId: TERN, team: 'studio', at: world.anchor, id: 'logtrail-steady-20553', app: 'tern-shop' },
      ...{ service: 'logtrail', plan: 'fixed', present: true, cause: 'carried-over', actor: 'platform' },
    }),
    // There from the 4th on, dearer from the 16th on: see `../pricing.ts`.
    addonEvent(world, {
      accountId: TERN,
      team: 'studio',
      at: momentIn(world.anchor, LAST_MONTH, 4, '12:00:00'),
      id: 'logtrail-misty-40718',
      app: 'tern-site',
      service: 'logtrail',
      plan: 'fixed',
      present: true,
      cause: 'provisioned',
      actor: ROBIN,
    }),
  ];
}
