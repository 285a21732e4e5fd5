import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { busyness, DAY, MINUTE, momentIn } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent } from '../demo-event.ts';
import { fraction, type Random, randomFrom, textHash } from '../random.ts';

/** How an app uses the metered inference add-on. */
interface InferenceUse {
  app: string;
  /** The add-on: the metered resource. */
  addon: string;
  /** Share of requests that go to the large model. */
  largeShare: number;
  /** Requests a day on average, at a moment (ms since 1970). */
  requestsPerDay: (at: number) => number;
}

/** Nearing a limit, not growing for ever: a demo may run for months. */
function grown(days: number, limit: number): number {
  return limit * (1 - Math.exp(-days / 120));
}

/**
 * The two users of the add-on. `acme-ml` grows steadily; `acme-assistant` is a pilot from the second month and launches with the
 * fourth, so that the three past months stay light while the present has something to see every few seconds.
 */
function usesOf(world: DemoWorld): InferenceUse[] {
  const pilot = momentIn(world.anchor, 1, 3, '10:26:14');
  const launch = momentIn(world.anchor, 3, 1, '00:00:00');
  return [
    {
      app: 'acme-ml',
      addon: 'inference-solid-40217',
      largeShare: 0,
      requestsPerDay: (at) => 500 + grown((at - world.anchor) / DAY, 1500),
    },
    {
      app: 'acme-assistant',
      addon: 'inference-clean-71906',
      largeShare: 0.6,
      requestsPerDay: (at) => {
        if (at < pilot) return 0;
        return at < launch ? 240 : 7000 + grown((at - launch) / DAY, 2500);
      },
    },
  ];
}

/** Requests that the metered inference add-on answered in one minute (whole minutes since 1970), in no particular order. */
export function inference(world: DemoWorld): { eventsOfMinute: (minute: number) => DemoEvent[] } {
  const uses = usesOf(world);
  return {
    eventsOfMinute: (minute) => {
      const at = minute * MINUTE;
      // Customers are on every continent: two fifths of the load know no office hours.
      const busy = 0.4 + 0.6 * busyness(at);
      return uses.flatMap((use) => {
        const mean = (use.requestsPerDay(at) / (DAY / MINUTE)) * busy;
        if (mean === 0) return [];
        const app = textHash(use.app);
        // People come in waves of a few minutes.
        const wave = 0.4 + 1.2 * fraction(world.seed, 0x3a7e, app, Math.floor(minute / 4));
        const random = randomFrom(world.seed, 0x14fe4, app, minute);
        return Array.from({ length: random.poisson(mean * wave) }, (_, n) => request(world, use, at, n, random));
      });
    },
  };
}

function request(world: DemoWorld, use: InferenceUse, minute: number, n: number, random: Random): DemoEvent {
  const within = random.whole(0, MINUTE * 1000 - 1);
  const large = random.next() < use.largeShare;
  const contextTokens = tokens(random, large ? 7.0 : 6.2, 0.9, 32_000);
  const generatedTokens = tokens(random, large ? 5.3 : 4.6, 0.8, 4_096);
  return demoEvent(world.seed, {
    accountId: ENTERPRISE,
    at: minute + Math.floor(within / 1000),
    micros: within % 1000,
    source: '//inference/requests',
    type: EVENT_TYPES.inference,
    subject: use.addon,
    n,
    data: {
      app: use.app,
      team: TEAM_OF_APP[use.app],
      model: large ? 'chat-large' : 'chat-small',
      contextTokens,
      generatedTokens,
    },
  });
}

/** Lengths of texts are distributed log-normally. */
function tokens(random: Random, mean: number, deviation: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(Math.exp(mean + deviation * random.normal()))));
}
