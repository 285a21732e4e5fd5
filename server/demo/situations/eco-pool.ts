import { RATE_CARD } from '../../catalog/catalog.ts';
import { LAST_MONTH, MONTH_BEFORE_LAST, momentIn, SECOND } from '../calendar.ts';
import type { DemoEvent, DemoWorld, EventSource } from '../demo-event.ts';
import { monthlySource } from '../planned.ts';
import { KIM, KIM_SATO } from './customers.ts';
import { dynoEvent } from './dyno-event.ts';

/** An Eco dyno of the account, from when it is awake in a month. */
interface Awake {
  app: string;
  process: string;
  since: number;
  cause: string;
  actor: string;
}

/** Workers get no requests, so nothing ever lets them sleep. */
const WORKERS = [
  { app: 'kim-feed', process: 'worker' },
  { app: 'kim-bot', process: 'worker' },
];
/** Somebody's uptime monitor asks for it every minute, so it does not sleep either. */
const SITE = { app: 'kim-site', process: 'web' };
/** Seconds of one dyno that the price includes. */
const POOL = Number(RATE_CARD.prices.find(({ key }) => key === 'dyno.eco')?.included);
/** How long after the pool is used up its dynos are put to sleep. */
const NOTICED_AFTER = 41 * SECOND;

/**
 * Eco from the 28th of the month before last: the whole 5.00 for a few days. In the months after, two workers and a
 * monitored site are awake day and night, use up the pool of 1,000 hours, and all go dark until the 1st.
 */
export function ecoPool(world: DemoWorld): EventSource {
  return monthlySource(world, (month) => {
    if (month < MONTH_BEFORE_LAST) return [];
    const awake = awakeIn(world, month);
    const woken = awake
      .filter(({ cause }) => cause !== 'carried-over')
      .map(({ since, ...dyno }) => ecoDyno(world, { ...dyno, at: since, quantity: 1 }));
    if (month === MONTH_BEFORE_LAST) return woken;
    const dark = exhausted(awake) + NOTICED_AFTER;
    const slept = awake.map(({ app, process }) =>
      ecoDyno(world, { app, process, at: dark, quantity: 0, cause: 'eco-pool-exhausted', actor: 'platform' }),
    );
    return [...woken, ...slept];
  });
}

function awakeIn(world: DemoWorld, month: number): Awake[] {
  const at = (day: number, time: string) => momentIn(world.anchor, month, day, time);
  if (month === MONTH_BEFORE_LAST) {
    return WORKERS.map((dyno) => ({ ...dyno, since: at(28, '10:15:00'), cause: 'eco-subscribed', actor: KIM_SATO }));
  }
  if (month === LAST_MONTH) {
    return [
      ...WORKERS.map((dyno) => ({ ...dyno, since: at(1, '00:00:00'), cause: 'carried-over', actor: 'platform' })),
      { ...SITE, since: at(5, '09:00:00'), cause: 'app-created', actor: KIM_SATO },
    ];
  }
  return [
    ...WORKERS.map((dyno) => ({ ...dyno, since: at(1, '00:00:00'), cause: 'eco-pool-renewed', actor: 'platform' })),
    { ...SITE, since: at(1, '00:00:30'), cause: 'wake', actor: 'router' },
  ];
}

/** When dynos that stay awake have used the pool together. */
function exhausted(awake: readonly Awake[]): number {
  const starts = awake.reduce((sum, { since }) => sum + since, 0);
  return Math.ceil((POOL * SECOND + starts) / awake.length);
}

function ecoDyno(
  world: DemoWorld,
  dyno: Pick<Awake, 'app' | 'process' | 'cause' | 'actor'> & { at: number; quantity: number },
): DemoEvent {
  return dynoEvent(world, {
    ...dyno,
    accountId: KIM,
    size: 'eco',
    team: null,
    previousQuantity: 1 - dyno.quantity,
  });
}
