import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { busyness, DAY, HOUR, MINUTE, momentIn, monthOf } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { fraction, hash, textHash } from '../random.ts';

const CONNECTIONS = [
  { connection: 'crm-main', app: 'acme-sync', rows: 1_640_000, perDay: 1_350, peak: 190_000 },
  { connection: 'crm-europe', app: 'acme-sync', rows: 212_000, perDay: 240, peak: 0 },
  { connection: 'partner-portal', app: 'acme-web', rows: 48_500, perDay: 35, peak: 0 },
];
/** Day of each month on which the main connection holds a mass import for a few hours. */
const PEAK = { day: 14, from: '02:00:00', to: '07:00:00' };

/** Rows each connection synced, every hour; the month's highest counts. */
export function connectRows(world: DemoWorld): EventSource {
  return {
    spanDays: 1,
    eventsOf: (day) =>
      CONNECTIONS.flatMap((c) =>
        hoursOf(day).map((hour) => {
          const at = hour + 10 * MINUTE + (hash(world.seed, textHash(c.connection), hour) % MINUTE);
          const month = monthOf(world.anchor, hour);
          const peaks =
            hour >= momentIn(world.anchor, month, PEAK.day, PEAK.from) &&
            hour < momentIn(world.anchor, month, PEAK.day, PEAK.to);
          const grown = c.rows + (c.perDay * (hour - world.anchor)) / DAY;
          const wobble = 1 + 0.004 * (fraction(world.seed, 0xc0ec7, textHash(c.connection), hour) - 0.5);
          const rows = Math.round(grown * wobble) + (peaks ? c.peak : 0);
          return demoEvent(world.seed, {
            accountId: ENTERPRISE,
            at,
            source: '//connect/sync',
            type: EVENT_TYPES.connect,
            subject: c.connection,
            data: { connection: c.connection, app: c.app, team: TEAM_OF_APP[c.app], rows },
          });
        }),
      ),
  };
}

const DATABASES = [
  { id: 'postgresql-infinite-57219', app: 'acme-warehouse', plan: 'advanced', gigabytes: 412, perDay: 1.9 },
  { id: 'postgresql-tapered-84196', app: 'acme-ledger', plan: 'premium-0', gigabytes: 36.5, perDay: 0.12 },
];

/** What the large databases hold, in gigabytes: measured when history begins and every hour after. */
export function storage(world: DemoWorld): EventSource {
  return {
    spanDays: 1,
    eventsOf: (day) =>
      DATABASES.flatMap((d) =>
        hoursOf(day).map((hour): DemoEvent => {
          const at = hour === world.anchor ? hour : hour + (hash(world.seed, textHash(d.id), hour) % (2 * MINUTE));
          const written = (d.perDay * (hour - world.anchor)) / DAY;
          // A nightly vacuum gives back what the day left behind.
          const bloat = d.gigabytes * 0.004 * busyness(hour);
          return demoEvent(world.seed, {
            accountId: ENTERPRISE,
            at,
            source: '//data/storage',
            type: EVENT_TYPES.storage,
            subject: d.id,
            data: {
              app: d.app,
              plan: d.plan,
              team: TEAM_OF_APP[d.app],
              gigabytes: (d.gigabytes + written + bloat).toFixed(3),
            },
          });
        }),
      ),
  };
}

function hoursOf(day: number): number[] {
  return Array.from({ length: 24 }, (_, h) => day * DAY + h * HOUR);
}
