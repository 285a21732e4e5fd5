import { LAST_MONTH, momentIn } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { INES, MOVED_APP, ORBIT, ROBIN, TERN } from './customers.ts';
import { dynoEvent } from './dyno-event.ts';

/**
 * An app that changes its payer in the middle of a month: at one instant it ends for the account that made it and begins
 * for the one that took it over. Its size has no published dyno units, so the new one's license does not cover it.
 */
export function movedApp(world: DemoWorld): DemoEvent[] {
  const web = { app: MOVED_APP, process: 'web', size: 'dyno-2c-1gb' };
  const moved = momentIn(world.anchor, LAST_MONTH, 17, '10:30:00');
  const atTern = { ...web, accountId: TERN, team: 'studio' };
  const atOrbit = { ...web, accountId: ORBIT, team: 'planning' };
  const cause = 'app-transferred';
  return [
    dynoEvent(world, {
      ...atTern,
      at: world.anchor,
      quantity: 1,
      previousQuantity: 0,
      cause: 'carried-over',
      actor: 'platform',
    }),
    dynoEvent(world, {
      ...atTern,
      at: moved,
      quantity: 0,
      previousQuantity: 1,
      cause,
      actor: ROBIN,
      more: { transferredTo: ORBIT },
    }),
    dynoEvent(world, {
      ...atOrbit,
      at: moved,
      quantity: 1,
      previousQuantity: 0,
      cause,
      actor: INES,
      more: { transferredFrom: TERN },
    }),
  ];
}
