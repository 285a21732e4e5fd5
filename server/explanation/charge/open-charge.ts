import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import type { Span } from '../../billing/charge-gathering.ts';
import { pricedAccount, ratingScope } from '../../billing/charge-scope.ts';
import { gatherUsage } from '../../billing/charge-usage.ts';
import { type FinerReading, finerThan, readEverFiner } from '../../billing/finer-reading.ts';
import { changesOf } from '../../billing/standing-changes.ts';
import { addsUp, isLevels } from '../../domain/aggregation.ts';
import type { Micros } from '../../domain/instant.ts';
import { HOUR } from '../../domain/instant.ts';
import { isSameLine } from '../../domain/pricing/charge-line.ts';
import { AccountRater } from '../../domain/rating/account-rater.ts';
import type { Contribution } from '../../domain/rating/contribution.ts';
import type { ChargeUsage, RatedCharge, RatedLicense, RatedPart } from '../../domain/rating/rating.types.ts';
import type { FoundCharge } from './found-charge.ts';

/** A charge, rated, with everything it is made of. */
export interface OpenedCharge {
  rated: RatedCharge;
  /** In the order they count: events, intervals, or windows of counted usage in which every share costs its share. */
  parts: RatedPart[];
  /** How each license was used. */
  pools: readonly RatedLicense[];
  /** Its usage, and that of the charges that draw from its licenses. */
  usage: readonly ChargeUsage[];
}

/** So many events are read at once where windows of them cannot stand in. */
const EVENTS_AT_ONCE = 2_000;
/** From a month over hours and minutes to events takes four; one more for each window that only then is seen to be rough. */
const MOST_READINGS = 256;
/** More windows than prices have tiers, licenses and caps. */
const MOST_ROUGH = 48;

/** Rates the charge as finely as asked. @returns `null` when there is no usage of it (any more) */
export async function rateCharge(
  charges: ChargesReader,
  found: FoundCharge,
  finer: FinerReading,
): Promise<OpenedCharge | null> {
  const { pricing, period, through, line } = found;
  const meters = found.meters === null ? {} : { meters: found.meters };
  const { usage } = await charges({ pricing, period, through, only: line, readByDay: true, finer, ...meters });
  return rateAgain(found, usage.charges);
}

/** Rates usage of the charge, and of those that draw from its licenses, and keeps the charge's parts. */
export function rateAgain({ pricing, period, line }: FoundCharge, usage: readonly ChargeUsage[]): OpenedCharge | null {
  const parts: RatedPart[] = [];
  const rater = new AccountRater({
    ...ratingScope(pricing, period),
    onPart: (charge, part) => {
      if (isSameLine(line, charge)) parts.push(part);
    },
  });
  rater.rate(usage);
  const rating = rater.result();
  const rated = rating.charges.find((charge) => isSameLine(line, charge));
  if (rated === undefined) return null;
  return { rated, parts, pools: rating.licenses, usage };
}

function hoursOf({ meter, period, through }: FoundCharge): Micros[] {
  const hours: Micros[] = [];
  if (!addsUp(meter.aggregation)) return hours;
  for (let at = period.from - (period.from % HOUR) + HOUR; at < Math.min(period.to, through); at += HOUR)
    hours.push(at);
  return hours;
}

async function inChanges(
  store: ClickHouse,
  { pricing, period, meter, line }: FoundCharge,
  usage: readonly ChargeUsage[],
): Promise<ChargeUsage[]> {
  const charge = usage.find(
    (each) => isSameLine(line, each) && each.contributions.some(({ kind }) => kind === 'bucket'),
  );
  if (charge === undefined) return [...usage];
  const [changes = charge] = await changesOf(store, { pricing, period, meter, charges: [charge] });
  return usage.map((each) => (each === charge ? changes : each));
}

/**
 * Opens a charge: counted usage is read in hours or days, and only where something about its price changes inside one, ever more
 * finely, at last event by event.
 */
export async function openCharge(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
): Promise<OpenedCharge | null> {
  // Of one charge hours are no more to read than days are; of all that share a license they may be.
  const isLicensed = found.pricing.licenses.some(({ weights }) => found.line.priceKey in weights);
  const cuts = isLicensed ? [] : hoursOf(found);
  const opened = await rateCharge(charges, found, { cuts, singleEvents: [] });
  const { aggregation } = found.meter;
  const isAllLevels =
    isLevels(aggregation) && !opened?.parts.some(({ contribution }) => contribution.kind === 'bucket');
  if (opened === null || isAllLevels) return opened;
  if (!addsUp(aggregation)) return rateAgain(found, await inChanges(store, found, opened.usage));
  const { account, period, line } = found;
  const finest = await readEverFiner<{ opened: OpenedCharge | null }>(
    { opened },
    async ({ opened: before }) => {
      if (before === null) return null;
      const rough = roughWindows(before.parts);
      const events = rough.reduce((sum, window) => sum + window.events, 0);
      // Packages and the like: every window is rough, and reading all their events at once would be too much.
      if (rough.length === 0 || (rough.length > MOST_ROUGH && events > EVENTS_AT_ONCE)) return null;
      const asEvents = events <= EVENTS_AT_ONCE;
      const read = await Promise.all(rough.map((window) => readFiner(store, found, window, asEvents)));
      const usage = before.usage.map((charge) => withFiner(charge, rough, read.flat()));
      return { opened: rateAgain(found, usage) };
    },
    { most: MOST_READINGS, what: `charge "${line.priceKey}" of ${account.id}, ${period.key}: not opened to its parts` },
  );
  return finest.opened;
}

/** The charges' usage in a window, in smaller windows or event by event. */
async function readFiner(
  store: ClickHouse,
  { meter, pricing, period, through }: FoundCharge,
  window: Span,
  asEvents: boolean,
): Promise<ChargeUsage[]> {
  const account = pricedAccount(pricing, period);
  const finer: FinerReading = asEvents ? { cuts: [], singleEvents: [window] } : finerThan(window, HOUR);
  const scope = { period: { ...period, from: window.from, to: window.to }, through, ...finer, withoutUnpriced: true };
  return (await gatherUsage(store, [meter], [account], scope)).get(account.accountId)?.charges ?? [];
}

/** The charge with what was read again in the place of its windows. */
function withFiner(charge: ChargeUsage, windows: readonly Span[], read: readonly ChargeUsage[]): ChargeUsage {
  const finer = read.filter((each) => isSameLine(charge, each)).flatMap(({ contributions }) => contributions);
  if (finer.length === 0) return charge;
  const isReadAgain = ({ kind, from, to }: Contribution) =>
    kind === 'bucket' && windows.some((window) => window.from === from && window.to === to);
  return { ...charge, contributions: [...charge.contributions.filter((each) => !isReadAgain(each)), ...finer] };
}

/** Windows of several events in which it matters which came first. */
export function roughWindows(parts: readonly RatedPart[]): (Span & { events: number })[] {
  const windows = new Map<string, { from: Micros; to: Micros; events: number; parts: RatedPart[] }>();
  for (const part of parts) {
    const { kind, from, to, events } = part.contribution;
    if (kind !== 'bucket') continue;
    const key = `${from} ${to}`;
    const window = windows.get(key) ?? { from, to, events: 0, parts: [] };
    window.events += events;
    window.parts.push(part);
    windows.set(key, window);
  }
  return [...windows.values()].filter(({ parts: inIt }) => {
    // Nothing costs nothing whatever a unit costs, so it is no part to compare the others with.
    const like = inIt.find(({ contribution }) => contribution.quantity !== 0n) ?? (inIt[0] as RatedPart);
    return !inIt.every((part) => isEven(part) && alike(part, like));
  });
}

function isEven({ even, amount, coveredAmount, contribution }: RatedPart): boolean {
  // What usage of nothing costs, such as a flat fee, has no shares.
  if (contribution.quantity === 0n && amount !== coveredAmount) return false;
  return even && (coveredAmount === 0n || coveredAmount === amount);
}

/** Whether a unit costs the same in both, and is covered alike. */
export function alike(a: RatedPart, b: RatedPart): boolean {
  const [q, r] = [a.contribution.quantity, b.contribution.quantity];
  const net = (part: RatedPart) => part.amount - part.coveredAmount;
  const licenses = (part: RatedPart) => part.covered.map(({ licenseId }) => licenseId).join(' ');
  return (
    net(a) * r === net(b) * q &&
    a.included * r === b.included * q &&
    licenses(a) === licenses(b) &&
    sumOf(a) * r === sumOf(b) * q
  );
}

const sumOf = ({ covered }: RatedPart) => covered.reduce((sum, { quantity }) => sum + quantity, 0n);
