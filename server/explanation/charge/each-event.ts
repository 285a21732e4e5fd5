import { type ClickHouse, chargeEvents, contributionsIn, hasReturns } from '../../../clickhouse/index.ts';
import { isOfCharge } from '../../billing/charge-filter.ts';
import { ratingScope } from '../../billing/charge-scope.ts';
import { HOUR, type Micros } from '../../domain/instant.ts';
import { parseFixed, QUANTITY_DECIMALS, QUANTITY_ONE } from '../../domain/money.ts';
import { isSameLine } from '../../domain/pricing/charge-line.ts';
import { AccountRater } from '../../domain/rating/account-rater.ts';
import type { Contribution } from '../../domain/rating/contribution.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { readingOf } from '../../metering/registry.ts';
import type { FoundCharge } from './found-charge.ts';
import { type OpenedCharge, rateAgain } from './open-charge.ts';

const CHUNK: Micros = 6 * HOUR;
/** Few enough to be gone before the collector moves them to where it keeps what lives long. */
const RATED_AT_ONCE = 4_096;
/** The store keeps values in 10⁻¹², quantities are in 10⁻¹⁸. */
const VALUE_ONE = 1_000_000n;

/**
 * Rates every single event of a charge of counted usage, a few hours at a time: of however many events it is made, only
 * some are in memory. They are all read at once with a license, which other charges draw from too, and where usage was
 * taken back that an allowance gets back.
 */
export async function rateEachEvent(
  store: ClickHouse,
  found: FoundCharge,
  opened: OpenedCharge,
  onPart: (part: RatedPart) => void,
): Promise<void> {
  const { account, pricing, period, line, through, meter } = found;
  const key = readingOf(meter);
  const span = { from: period.from, to: through };
  const scope = ratingScope(pricing, period);
  const includes = scope.versions.some(({ prices }) => prices.get(line.priceKey)?.included !== undefined);
  const isLicensed = pricing.licenses.some(({ weights }) => line.priceKey in weights);
  if (isLicensed || (includes && (await hasReturns(store.read, account.id, key, span)))) {
    const contributions = await eventsIn(store, found, span);
    const usage = opened.usage.map((charge) => (isSameLine(line, charge) ? { ...charge, contributions } : charge));
    for (const part of rateAgain(found, usage)?.parts ?? []) onPart(part);
    return;
  }
  const rater = new AccountRater({ ...scope, onPart: (_, part) => onPart(part) });
  const { versions } = scope;
  const belongs = new Map<readonly string[], boolean>();
  let contributions: Contribution[] = [];
  let last: Micros = -1;
  let tied = 0;
  const rate = () => {
    rater.rate([{ ...line, contributions }]);
    contributions = [];
  };
  const read = (from: Micros) =>
    from < through
      ? contributionsIn(store.read, account.id, key, { from, to: Math.min(from + CHUNK, through) })
      : Promise.resolve(null);
  // The next hours are read while these are rated.
  let reading = read(period.from);
  for (let from = period.from; from < through; from += CHUNK) {
    const each = await reading;
    reading = read(from + CHUNK);
    // Whoever awaits it next hears of a failure; when rating these fails first, nobody does.
    reading.catch(() => {});
    each?.((event) => {
      const { time, subject, value } = event;
      let isIts = belongs.get(event.dimensions);
      if (isIts === undefined || versions.length > 1) {
        isIts = isOfCharge(line, namesOf(found, event.dimensions), time, versions);
        belongs.set(event.dimensions, isIts);
      }
      if (!isIts) return;
      tied = time === last ? tied + 1 : 0;
      last = time;
      contributions.push({
        kind: 'event',
        from: time,
        to: time,
        quantity: meter.aggregation === 'count' ? QUANTITY_ONE : value * VALUE_ONE,
        slot: '',
        events: 1,
        source: '',
        // They come in the order they count; of one instant it is kept by this.
        id: tied === 0 ? '' : String(tied).padStart(9, '0'),
        subject,
        dimensions: NO_DIMENSIONS,
      });
      if (contributions.length === RATED_AT_ONCE) rate();
    });
    rate();
  }
}

const NO_DIMENSIONS = {};

function namesOf({ meter }: FoundCharge, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(meter.dimensionNames.map((name, i) => [name, values[i] ?? '']));
}

/** The charge's events in a span of time, as contributions. */
async function eventsIn(
  store: ClickHouse,
  found: FoundCharge,
  span: { from: Micros; to: Micros },
): Promise<Contribution[]> {
  const { account, pricing, period, meter, line } = found;
  const { versions } = ratingScope(pricing, period);
  const contributions: Contribution[] = [];
  const key = readingOf(meter);
  for (const { time, source, id, subject, value, ...event } of await chargeEvents(store.read, account.id, key, [
    span,
  ])) {
    const dimensions = namesOf(found, event.dimensions);
    if (!isOfCharge(line, dimensions, time, versions)) continue;
    const quantity = meter.aggregation === 'count' ? QUANTITY_ONE : parseFixed(value, QUANTITY_DECIMALS);
    const at = { kind: 'event', from: time, to: time, quantity, slot: '', events: 1 } as const;
    contributions.push({ ...at, source, id, subject, dimensions });
  }
  return contributions;
}
