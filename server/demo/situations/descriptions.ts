import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { DAY, HOUR, LAST_MONTH, MINUTE, momentIn, SECOND } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { ROBIN, TERN } from './customers.ts';

/** Requests of one day, all alike. */
interface Requests {
  at: number;
  count: number;
  contextTokens: number;
  generatedTokens: number;
  cause: string;
  actor: string;
}

/**
 * A shop that has its new products described by a model: five a day. One day somebody has the whole catalogue described anew,
 * 300 products and each at length.
 */
export function descriptions(world: DemoWorld): EventSource {
  const anew = momentIn(world.anchor, LAST_MONTH, 26, '10:00:00');
  return {
    spanDays: 0,
    eventsOf: (day) => [
      ...requests(world, {
        ...{ at: day * DAY + 9 * HOUR + 30 * MINUTE, count: 5, contextTokens: 4_000, generatedTokens: 800 },
        ...{ cause: 'daily', actor: 'scheduler' },
      }),
      ...(Math.floor(anew / DAY) === day
        ? requests(world, {
            ...{ at: anew, count: 300, contextTokens: 10_000, generatedTokens: 2_000 },
            ...{ cause: 'batch', actor: ROBIN },
          })
        : []),
    ],
  };
}

/** One every ten seconds. */
function requests(world: DemoWorld, { at, count, ...said }: Requests): DemoEvent[] {
  return Array.from({ length: count }, (_, n) =>
    demoEvent(world.seed, {
      accountId: TERN,
      at: at + n * 10 * SECOND,
      source: '//inference/requests',
      type: EVENT_TYPES.inference,
      subject: 'inference-plain-66104',
      data: { app: 'tern-shop', team: 'studio', model: 'chat-large', ...said },
    }),
  );
}
