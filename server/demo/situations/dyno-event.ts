import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { type DemoEvent, type DemoWorld, demoEvent } from '../demo-event.ts';

/** What is said of the dynos of a process from a moment on. */
export interface DynoLevel {
  accountId: string;
  at: number;
  app: string;
  process: string;
  /** Number in the name of a dyno that runs for one command, such as 4821 in `run.4821`. */
  number?: number;
  size: string;
  team: string | null;
  quantity: number;
  previousQuantity: number;
  cause: string;
  actor: string;
  more?: Record<string, unknown>;
}

/** The level event of a process, or of a single dyno. */
export function dynoEvent(world: DemoWorld, level: DynoLevel): DemoEvent {
  const { accountId, at, app, process, number, team, more, ...rest } = level;
  return demoEvent(world.seed, {
    accountId,
    at,
    source: '//platform/formation',
    type: EVENT_TYPES.formation,
    subject: number === undefined ? `${app}/${process}` : `${app}/${process}.${number}`,
    // An app that moves stops and starts at one instant, under one name.
    n: level.quantity,
    data: { app, process, ...(team === null ? {} : { team }), ...rest, ...more },
  });
}

/** A dyno from its start to its end: quantity 1, then 0. */
export function dynoForAWhile(
  world: DemoWorld,
  dyno: Omit<DynoLevel, 'quantity' | 'previousQuantity'>,
  millis: number,
): DemoEvent[] {
  return [
    dynoEvent(world, { ...dyno, quantity: 1, previousQuantity: 0 }),
    dynoEvent(world, { ...dyno, at: dyno.at + millis, quantity: 0, previousQuantity: 1 }),
  ];
}
