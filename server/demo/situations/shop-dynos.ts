import { HOUR, LAST_MONTH, momentIn, SECOND } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { ROBIN, TERN } from './customers.ts';
import { dynoEvent, dynoForAWhile } from './dyno-event.ts';

const OF_SHOP = { accountId: TERN, team: 'studio', app: 'tern-shop' };
const CARRIED_OVER = { quantity: 1, previousQuantity: 0, cause: 'carried-over', actor: 'platform' };

/** The dynos of one shop: a resize, an autoscaler, commands, and the release phase of a deploy. */
export function shopDynos(world: DemoWorld): DemoEvent[] {
  return [...resized(world), ...autoscaled(world), ...commands(world), ...released(world)];
}

/** Two intervals of one slot: until the resize at the old price, from it on at the new one. */
function resized(world: DemoWorld): DemoEvent[] {
  const web = { ...OF_SHOP, process: 'web' };
  return [
    dynoEvent(world, { ...web, ...CARRIED_OVER, at: world.anchor, size: 'standard-1x' }),
    dynoEvent(world, {
      ...web,
      at: momentIn(world.anchor, LAST_MONTH, 12, '14:20:00'),
      size: 'standard-2x',
      quantity: 1,
      previousQuantity: 1,
      cause: 'resize',
      actor: ROBIN,
      more: { previousSize: 'standard-1x' },
    }),
  ];
}

/** One dyno all month, up to four on one day: 1 → 2 → 4 → 3 → 1. */
function autoscaled(world: DemoWorld): DemoEvent[] {
  const worker = { ...OF_SHOP, process: 'worker', size: 'standard-1x' };
  const steps: [string, number, number][] = [
    ['09:00:00', 1, 2],
    ['10:00:00', 2, 4],
    ['13:30:00', 4, 3],
    ['15:00:00', 3, 1],
  ];
  return [
    dynoEvent(world, { ...worker, ...CARRIED_OVER, at: world.anchor }),
    ...steps.map(([time, previousQuantity, quantity]) =>
      dynoEvent(world, {
        ...worker,
        at: momentIn(world.anchor, LAST_MONTH, 19, time),
        quantity,
        previousQuantity,
        cause: 'autoscale',
        actor: 'autoscaler',
      }),
    ),
  ];
}

/** Somebody at a console for eleven minutes, and a script that runs on without anybody. */
function commands(world: DemoWorld): DemoEvent[] {
  const run = { ...OF_SHOP, process: 'run', size: 'standard-1x', actor: ROBIN };
  const console = {
    ...run,
    at: momentIn(world.anchor, LAST_MONTH, 8, '15:02:10'),
    number: 4821,
    cause: 'run',
    more: { command: 'rails console' },
  };
  const script = {
    ...run,
    at: momentIn(world.anchor, LAST_MONTH, 15, '20:00:00'),
    number: 6140,
    cause: 'run:detached',
    more: { command: 'rake catalog:import' },
  };
  return [...dynoForAWhile(world, console, 657 * SECOND), ...dynoForAWhile(world, script, 2 * HOUR)];
}

/** Every deploy starts a dyno for its release phase; most cost less than a cent, and each is on the line. */
function released(world: DemoWorld): DemoEvent[] {
  const at = momentIn(world.anchor, LAST_MONTH, 12, '14:12:00');
  const release = { ...OF_SHOP, process: 'release', size: 'standard-1x', number: 3307, cause: 'release', actor: ROBIN };
  return dynoForAWhile(world, { ...release, at, more: { release: 'v41', command: 'bin/release' } }, 43 * SECOND);
}
