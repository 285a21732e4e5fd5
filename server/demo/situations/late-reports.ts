import { HOUR, LAST_MONTH, MONTH_BEFORE_LAST, momentIn, SECOND } from '../calendar.ts';
import type { DemoEvent, DemoWorld } from '../demo-event.ts';
import { ROBIN, TERN } from './customers.ts';
import { dynoEvent, dynoForAWhile } from './dyno-event.ts';

const THUMBNAILS = {
  accountId: TERN,
  team: 'studio',
  app: 'tern-site',
  process: 'thumbnails',
  size: 'standard-1x',
  actor: ROBIN,
};

/** A worker of the month before last; that it stopped is reported late. */
export function thumbnails(world: DemoWorld): DemoEvent[] {
  const at = momentIn(world.anchor, MONTH_BEFORE_LAST, 10, '09:00:00');
  return [dynoEvent(world, { ...THUMBNAILS, at, quantity: 1, previousQuantity: 0, cause: 'scale' })];
}

/**
 * What a host that was cut off reports only when the month it happened in has a final invoice: that a worker had stopped,
 * which was charged too much, and a command, which was not charged at all.
 */
export function lateReports(world: DemoWorld): DemoEvent[] {
  const reported = momentIn(world.anchor, LAST_MONTH, 25, '07:30:00');
  const stopped = momentIn(world.anchor, MONTH_BEFORE_LAST, 24, '18:00:00');
  const started = momentIn(world.anchor, MONTH_BEFORE_LAST, 27, '09:00:00');
  const run = { ...THUMBNAILS, app: 'tern-shop', process: 'run', number: 2207, cause: 'run:detached' };
  const events = [
    dynoEvent(world, { ...THUMBNAILS, at: stopped, quantity: 0, previousQuantity: 1, cause: 'scale' }),
    ...dynoForAWhile(world, { ...run, at: started, more: { command: 'rake images:rebuild' } }, 4 * HOUR),
  ];
  return events.map((event, n) => ({
    ...event,
    receiveDelayMillis: reported + n * SECOND - Math.floor(event.timeMicros / 1000),
  }));
}
