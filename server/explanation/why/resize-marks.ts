import {
  type ChargeInterval,
  type ClickHouse,
  type DimensionChange,
  dimensionChanges,
} from '../../../clickhouse/index.ts';
import { isOfCharge } from '../../billing/charge-filter.ts';
import { ratingScope } from '../../billing/charge-scope.ts';
import { isLevels } from '../../domain/aggregation.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { parseAmount } from '../../domain/money.ts';
import { readingOf } from '../../metering/registry.ts';
import { intervalsAsOf } from '../../usage/intervals-as-of.ts';
import { spansOf } from '../charge/charge-spans.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { TELLS_NO_NAME } from '../charge/names.ts';
import type { ChargeMark } from '../explanation.types.ts';
import { actorOf, eventName, saidByEvents } from './event-said.ts';
import { told } from './marks.ts';

/** More than are told one by one, so that it can be said how many there are. */
const MOST = 500;

/**
 * Where a resource of the charge became another one of those that have other prices, such as another size or plan; also
 * where what it was, or became, is another charge.
 */
export async function resizeMarks(store: ClickHouse, found: FoundCharge): Promise<ChargeMark[]> {
  const { meter } = found;
  if (!isLevels(meter.aggregation)) return [];
  const named = pricedBy(found);
  const changes = await changesOf(store, found, named);
  const own = changes.filter((change) => isOfEither(found, change));
  const events = await saidByEvents(store, found.account.id, own);
  const marks = own.map((change): ChargeMark => {
    const differing = named
      .map((name) => ({ name, at: meter.dimensionNames.indexOf(name) }))
      .filter(({ at }) => change.before[at] !== change.after[at]);
    const words = differing.map(({ name, at }) => {
      // What else a dimension says may be a name, and a mark's words are shown without names.
      if (!TELLS_NO_NAME.has(name)) return `its ${name}`;
      const [before, after] = [change.before[at] || 'none', change.after[at] || 'none'];
      return `${differing.length === 1 ? '' : `its ${name} `}from ${before} to ${after}`;
    });
    const by = actorOf(events.get(eventName(change)));
    return {
      ...{ kind: 'resize', at: toRfc3339(change.at), resource: change.subject },
      text: `${change.subject} changed ${words.join(', ')}`,
      ...(by === null ? {} : { by }),
    };
  });
  return told(marks, (count) => `${count === MOST - 20 ? `At least ${count}` : count} more changed until then`);
}

/** Changes of any of these dimensions; as they were known then, where the charge stands still and more came later. */
async function changesOf(store: ClickHouse, found: FoundCharge, named: readonly string[]): Promise<DimensionChange[]> {
  const { account, meter, period, through } = found;
  const span = { from: period.from, to: Math.min(period.to, through) };
  const differing = named.map((name) => meter.dimensionNames.indexOf(name) + 1);
  if (meter.asOf === undefined) {
    const either = spansOf(found).map(({ dimensions }) => dimensions);
    return dimensionChanges(store.read, account.id, readingOf(meter), span, { either, differing }, MOST);
  }
  const first: ChargeInterval[] = [];
  const onInterval = (interval: ChargeInterval) => {
    if (interval.slot <= 1 && parseAmount(interval.level) > 0n) first.push({ ...interval });
  };
  await intervalsAsOf(store, account.id, meter, { from: 0, to: span.to, through }, onInterval);
  first.sort((a, b) => (a.subject === b.subject ? a.startsAt - b.startsAt : a.subject < b.subject ? -1 : 1));
  const changes = first.flatMap(({ subject, startsAt, dimensions, source, id }, i): DimensionChange[] => {
    const last = first[i - 1];
    if (last?.subject !== subject || last.endsAt !== startsAt || startsAt < span.from) return [];
    if (differing.every((position) => last.dimensions[position - 1] === dimensions[position - 1])) return [];
    return [{ at: startsAt, subject, before: [...last.dimensions], after: [...dimensions], source, id }];
  });
  return changes.sort((a, b) => a.at - b.at).slice(0, MOST);
}

/** The dimensions by which prices of the meter are told apart. */
function pricedBy({ pricing, period, meter }: FoundCharge): string[] {
  const { versions } = ratingScope(pricing, period);
  const prices = versions
    .flatMap((version) => [...version.prices.values()])
    .filter((price) => price.meter === meter.key);
  const names = new Set(prices.flatMap(({ match }) => Object.keys(match ?? {})));
  return meter.dimensionNames.filter((name) => names.has(name));
}

/** Whether what ran before, or after, is of the charge at that instant. */
function isOfEither({ meter, line, pricing, period }: FoundCharge, { at, before, after }: DimensionChange): boolean {
  const { versions } = ratingScope(pricing, period);
  const isOf = (values: readonly string[], instant: number) => {
    const dimensions = Object.fromEntries(meter.dimensionNames.map((name, i) => [name, values[i] ?? '']));
    return isOfCharge(line, dimensions, instant, versions);
  };
  return isOf(after, at) || isOf(before, at - 1);
}
