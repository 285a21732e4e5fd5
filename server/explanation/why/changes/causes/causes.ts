import { type ClickHouse, largestContributions } from '../../../../../clickhouse/index.ts';
import { positionsOf } from '../../../../billing/charge-filter.ts';
import type { Span } from '../../../../billing/charge-gathering.ts';
import { DAY, type Micros, readEventTime } from '../../../../domain/instant.ts';
import { type MeterRegistry, readingOf } from '../../../../metering/registry.ts';
import { actorOf, type EventRef, eventName, saidByEvents } from '../../event-said.ts';
import type { EventsAre } from '../changes.types.ts';
import type { Compared } from '../compared.ts';
import type { Happening } from '../told/told-drivers.ts';
import type { Cause, Causes } from './causes.types.ts';
import { endOf } from './ends.ts';

type Ref = EventRef & { at: Micros };

/** Events that may be told; those that are not new only where they happened within what is compared. */
interface Found {
  are: EventsAre;
  isNew: boolean;
  refs: Ref[];
}

/** So many drivers are told with what their events say. */
const TOLD_WITH_EVENTS = 12;
/** Of so many the events that added most are looked for. */
const MOST_LOOKED_FOR = 3;
/** Of so many that are gone the event is looked for that ended them. */
const MOST_ENDS = 4;
/** And in spans no longer than this: of months they would be read among very many. */
const LONGEST_LOOKED_FOR: Micros = 2 * DAY;
/** So many events are told of each. */
const MOST_EVENTS = 4;

const NOT_LOOKED_FOR: Found = { are: 'cause', isNew: true, refs: [] };

/** The events behind each of the happenings, in their order; of the largest ones. */
export async function causesOf(
  { store, registry }: { store: ClickHouse; registry: MeterRegistry },
  compared: Compared,
  happenings: readonly Happening[],
): Promise<Causes[]> {
  const since = Math.min(...compared.at.before.map(({ from }) => from));
  const told = happenings.slice(0, TOLD_WITH_EVENTS);
  const found: Found[] = told.map((happening) => begunOf(happening));
  const counted = told
    .map((happening, i) => ({ happening, i }))
    .filter(({ happening, i }) => found[i]?.refs.length === 0 && isCounted(happening, compared))
    .slice(0, MOST_LOOKED_FOR);
  const gone = told.map((happening, i) => ({ happening, i })).filter(({ happening: { kind } }) => kind === 'gone');
  await Promise.all(
    gone.slice(0, MOST_ENDS).map(async ({ happening, i }) => {
      found[i] = { are: 'cause', isNew: true, refs: await endOf({ store, registry }, compared, happening) };
    }),
  );
  await Promise.all(
    counted.map(async ({ happening, i }) => {
      found[i] = { are: 'largest', isNew: true, refs: await largestOf(store, registry, compared, happening) };
    }),
  );
  const said = await saidByEvents(
    store,
    compared.account.id,
    found.flatMap(({ refs }) => refs),
  );
  return happenings.map((_, i) => {
    const { are, isNew, refs } = found[i] ?? NOT_LOOKED_FOR;
    const events = refs.map((ref) => causeOf(ref, said.get(eventName(ref))));
    return causes(are, isNew ? events : events.filter(({ at }) => at > since));
  });
}

/** An event with what it says: when it happened is in it, also where what it began was told from a period's start on. */
export function causeOf(ref: Ref, said: Record<string, unknown> | undefined): Cause {
  const { source, id } = ref;
  const time = typeof said?.time === 'string' ? readEventTime(said.time) : null;
  const data = (said?.data ?? {}) as Record<string, unknown>;
  return { source, id, at: time ?? ref.at, actor: actorOf(said), data };
}

function causes(are: EventsAre, events: readonly Cause[]): Causes {
  const [first] = events;
  const actors = new Set(events.map(({ actor }) => actor));
  if (are === 'cause') return { are, events, actor: first?.actor ?? null, at: first?.at ?? null };
  const actor = actors.size === 1 ? (first?.actor ?? null) : null;
  const at = actor === null || are === 'uncovered' ? null : Math.min(...events.map(({ at }) => at));
  return { are, events, actor, at };
}

/**
 * The events that began what runs, where that made the difference; what added most first. What did not run before comes first;
 * else what began within the earlier span, and ran there for a part of it only. Of a license only where it is of one resource: of
 * many it is no one's.
 */
function begunOf({ kind, amount, drivers }: Happening): Found {
  const are = kind === 'license' ? 'uncovered' : 'cause';
  const isTold = ['new', 'usage', 'resize'].includes(kind) || (kind === 'license' && drivers.length === 1);
  if (amount <= 0n || !isTold) return { are, isNew: true, refs: [] };
  const of = (side: 'before' | 'now') => drivers.flatMap((driver) => driver[side].flatMap(({ began }) => [...began]));
  const known = new Set(of('before').map(([event]) => event));
  const now = of('now');
  const fresh = now.filter(([event]) => !known.has(event));
  const isNew = fresh.length > 0 && kind !== 'license';
  const chosen = [...new Map(isNew ? fresh : now).values()];
  return { are, isNew, refs: chosen.sort((a, b) => (a.quantity > b.quantity ? -1 : 1)).slice(0, MOST_EVENTS) };
}

/** Whether it is usage that comes event by event, in a span short enough to look at each. */
function isCounted({ kind, amount, drivers }: Happening, { at: { now } }: Compared): boolean {
  if (amount <= 0n || !['new', 'usage'].includes(kind) || now.to - now.from > LONGEST_LOOKED_FOR) return false;
  return drivers.every((driver) => driver.now.every(({ began }) => began.size === 0));
}

/** The events of the later span that told of most. */
async function largestOf(
  store: ClickHouse,
  registry: MeterRegistry,
  { account, at, periods, meteredThrough }: Compared,
  { drivers }: Happening,
): Promise<Ref[]> {
  const [driver] = drivers;
  const meter = driver && registry.current(driver.price.meter);
  // Of what is counted by the event none adds more than another.
  if (!driver || !meter || !['sum', 'max'].includes(meter.aggregation)) return [];
  const span: Span = { from: at.now.from, to: Math.min(at.now.to, meteredThrough) };
  const asOf = periods.find(({ period }) => period.key === driver.periodKey)?.asOf ?? meteredThrough;
  const dimensions = positionsOf({ meter, price: driver.price, line: driver.line });
  const reading = readingOf({ ...meter, asOf });
  const among = { accountId: account.id, ...reading, ...span, dimensions, subject: null, limit: MOST_EVENTS };
  const largest = await largestContributions(store.read, among);
  return largest.map(({ source, id, time }) => ({ source, id, at: time }));
}
