import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { DAY, momentIn, monthOf } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { monthlySource } from '../planned.ts';
import { INES, ORBIT } from './customers.ts';
import { dynoEvent } from './dyno-event.ts';

/** Rows the connection holds on most days, and during the import of the 14th. */
const ROWS = 84_200;
const PEAK_ROWS = 126_300;

/** A customer whose licenses are not enough: units that a campaign uses up, and rows on one peak day. */
export function licensedUse(world: DemoWorld): EventSource {
  return monthlySource(world, (month) => [...campaign(world, month), ...rows(world, month)]);
}

/**
 * One Performance-L, which takes 16 units, and five during a campaign from the 23rd to the 24th. A license of 13 units then
 * runs out on the 23rd, however long the month is: when the campaign begins 22.25 × 16 = 356 unit-days are used, fewer than
 * 13 × 28; at the end of that day 0.75 × 80 more, which makes 416, more than 13 × 31.
 */
function campaign(world: DemoWorld, month: number): DemoEvent[] {
  const web = { accountId: ORBIT, app: 'orbit-dispatch', process: 'web', size: 'performance-l', team: 'dispatch' };
  const scaled = { ...web, cause: 'scale', actor: INES };
  return [
    ...(month === 0
      ? [
          dynoEvent(world, {
            ...web,
            at: world.anchor,
            quantity: 1,
            previousQuantity: 0,
            cause: 'carried-over',
            actor: 'platform',
          }),
        ]
      : []),
    dynoEvent(world, {
      ...scaled,
      at: momentIn(world.anchor, month, 23, '06:00:00'),
      quantity: 5,
      previousQuantity: 1,
    }),
    dynoEvent(world, {
      ...scaled,
      at: momentIn(world.anchor, month, 24, '18:00:00'),
      quantity: 1,
      previousQuantity: 5,
    }),
  ];
}

/** Rows of a connection, told once a day; the month's highest counts. */
function rows(world: DemoWorld, month: number): DemoEvent[] {
  const events: DemoEvent[] = [];
  for (let day = 1, at = momentIn(world.anchor, month, 1, '03:10:00'); monthOf(world.anchor, at) === month; at += DAY) {
    const isPeak = day === 14;
    events.push(
      demoEvent(world.seed, {
        accountId: ORBIT,
        at,
        source: '//connect/sync',
        type: EVENT_TYPES.connect,
        subject: 'crm-depots',
        data: {
          connection: 'crm-depots',
          app: 'orbit-dispatch',
          team: 'dispatch',
          rows: isPeak ? PEAK_ROWS : ROWS,
          cause: isPeak ? 'import' : 'sync',
          actor: isPeak ? INES : 'platform',
        },
      }),
    );
    day += 1;
  }
  return events;
}
