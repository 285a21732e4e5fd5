import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { chargeIdOf } from '../../billing/charge-id.ts';
import { ratingScope } from '../../billing/charge-scope.ts';
import { frozenMeters, frozenPricing } from '../../billing/invoices/corrections.ts';
import type { InvoiceDays } from '../../billing/invoices/invoice-days.ts';
import type { ComputedInvoice } from '../../billing/invoices/invoices.ts';
import { metersAsOf, readAsKnown } from '../../billing/kept/as-known.ts';
import { KeptReads } from '../../billing/kept/kept-reads.ts';
import { type Pricing, pricingOf } from '../../billing/pricing.ts';
import { daysOfPeriod, type SpendDay } from '../../billing/spend-days.ts';
import { type UsageByDay, usageByHour } from '../../billing/usage-by-hour.ts';
import type { Account } from '../../database/accounts/accounts.ts';
import type { Database } from '../../database/database.types.ts';
import type { InvoiceHead } from '../../database/invoices/invoices.ts';
import { type Micros, microsOf } from '../../domain/instant.ts';
import { type Amount, amountText, parseAmount } from '../../domain/money.ts';
import { AccountRater } from '../../domain/rating/account-rater.ts';
import type { Contribution } from '../../domain/rating/contribution.ts';
import { rising } from '../../domain/rating/instants.ts';
import type { ChargeUsage, RatingScope } from '../../domain/rating/rating.types.ts';
import { windowBounds } from '../../domain/windows.ts';
import type { MeterRegistry } from '../../metering/registry.ts';

/** An hour of a day, as clocks in the account's zone show it; cut where they change. */
export type HourOfDay = Omit<SpendDay, 'day' | 'amount'>;

/** What each charge cost in each hour of a day, exactly. Decimals as text. */
export interface DayHours {
  hours: HourOfDay[];
  /** By charge. */
  amountsOf: ReadonlyMap<string, ChargeHours>;
}

/** What a charge cost in the hours of a day. */
export interface ChargeHours {
  /** In the order of the hours; with `ofNoHour` they add up to what the charge cost on the day. `null` while an hour has not come. */
  hours: readonly (string | null)[];
  /** Other than nothing where a license in money ran out: it shares out what is left by the day, and by the hour that is not the same. */
  ofNoHour: string;
}

/** What hours are read from. */
export interface HoursDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
}

/** Which day, of what. */
interface HoursQuestion {
  account: Account;
  /** The invoice's days, one of which it is; it has come. */
  days: InvoiceDays;
  day: string;
  /** What they were told from: the invoice that was issued, or the period as it is now, computed by day. */
  from: InvoiceHead | ComputedInvoice;
}

/** So many charges are kept, with their hours: some 30 MB. */
const MOST_KEPT = 20_000;

/** Tells the hours of a day. @throws Error when those of a charge do not add up to its day */
export type HoursOfDays = (question: HoursQuestion) => Promise<DayHours>;

/** What was issued stands, so its hours are read once; the last asked for are kept. */
export function createHoursOfDays(deps: HoursDeps): HoursOfDays {
  const kept = new KeptReads<DayHours>(MOST_KEPT, ({ amountsOf }) => amountsOf.size + 1);
  return (question) => {
    const { from, day } = question;
    const read = () => hoursOfDay(deps, question);
    return 'view' in from ? read() : kept.get(`${from.id} ${day}`, read);
  };
}

/**
 * Cuts one day of an invoice at its hours. Charges are rated again with these cuts: what counts in a day counts in an hour of it,
 * also what stands at something (a peak, a latest value, a number of different ones) in the hour in which that changed, and a
 * tier's fee in that which entered the tier.
 */
async function hoursOfDay(deps: HoursDeps, { account, days, day, from }: HoursQuestion): Promise<DayHours> {
  const index = days.days.findIndex((each) => each.day === day);
  const { from: begin, to: end } = days.days[index] as SpendDay;
  const { period } = from;
  const bounds = windowBounds(microsOf(begin), microsOf(end), 'HOUR', period.timeZone);
  const usage = await ('view' in from ? computedUsage(deps, from, bounds) : issuedUsage(deps, account, from, bounds));
  const { pricing, through } = usage;
  const rated = ratedByHour(ratingScope(pricing, period), usage.charges, bounds);
  const byId = new Map(rated.map(({ line, amounts }) => [chargeIdOf(period.key, line), amounts]));
  const found = days.lines.map(({ chargeId, amounts, priceKey }) => {
    const ofDay = parseAmount(amounts[index] ?? '0');
    const ofHours = byId.get(chargeId) ?? bounds.slice(1).map(() => 0n);
    const ofNoHour = ofDay - total(ofHours);
    if (ofNoHour === 0n || isPaidInMoney(pricing, priceKey)) return { chargeId, ofHours, ofNoHour };
    const told = `${amountText(total(ofHours))}, not ${amountText(ofDay)}`;
    throw new Error(`account ${account.id}, ${day}: hours of charge ${chargeId} come to ${told}`);
  });
  const hours = daysOfPeriod(bounds, period.timeZone, through).map(({ state, ...hour }, i): HourOfDay => {
    // What was sent ahead of its time is in the day already.
    const isAhead = state === 'future' && found.some(({ ofHours }) => ofHours[i] !== 0n);
    return { from: hour.from, to: hour.to, state: isAhead ? 'running' : state };
  });
  const told = (amount: Amount, i: number) => (hours[i]?.state === 'future' ? null : amountText(amount));
  const amountsOf = found.map(({ chargeId, ofHours, ofNoHour }): [string, ChargeHours] => [
    chargeId,
    { hours: ofHours.map(told), ofNoHour: amountText(ofNoHour) },
  ]);
  return { hours, amountsOf: new Map(amountsOf) };
}

/**
 * What charges come to between instants of a day. Only charges with usage on the day are there, and those that a license names.
 * @param usage cut at the days, and on this day at these bounds
 * @param bounds of the hours, both ends of the day included
 */
export function ratedByHour(
  scope: RatingScope,
  usage: readonly ChargeUsage[],
  bounds: readonly Micros[],
): { line: Pick<ChargeUsage, 'priceKey' | 'lineValues'>; amounts: readonly Amount[] }[] {
  const [from, to] = [bounds[0] as Micros, bounds.at(-1) as Micros];
  const days = rising([...scope.days, ...bounds]);
  const first = days.indexOf(from);
  // A charge that no license names bears on no other. What comes after the day may bear on it: what is taken back draws nothing.
  const named = new Set(scope.licenses.flatMap(({ weights }) => Object.keys(weights)));
  const isOn = (each: Contribution) => each.from < to && (each.to > from || each.from >= from);
  const rater = new AccountRater({ ...scope, days, byDay: true });
  rater.rate(usage.filter(({ priceKey, contributions }) => named.has(priceKey) || contributions.some(isOn)));
  return rater.result().charges.map(({ priceKey, lineValues, days: amounts }) => ({
    line: { priceKey, lineValues },
    amounts: amounts.slice(first, first + bounds.length - 1).map(parseAmount),
  }));
}

/** What is not issued was read by day already. */
async function computedUsage(
  deps: HoursDeps,
  { pricing, period, through, charges }: ComputedInvoice,
  bounds: readonly Micros[],
): Promise<UsageByDay> {
  const read = { pricing, period, through, charges: charges.usage.charges };
  return { ...read, charges: await usageByHour(deps, read, bounds) };
}

/** What was issued is read as it was known then. */
async function issuedUsage(
  deps: HoursDeps,
  account: Account,
  head: InvoiceHead,
  bounds: readonly Micros[],
): Promise<UsageByDay> {
  const { period } = head;
  const pricing = await frozenPricing(deps, await pricingOf(deps.database.queries, account), head);
  const meters = metersAsOf(await frozenMeters(deps, head), head.meteredThroughMicros);
  const through = Math.min(period.to, head.meteredThroughMicros);
  const asked = { pricing, period, through, readByDay: true, finer: { cuts: [...bounds], singleEvents: [] } };
  const { usage } = await readAsKnown(deps.store, account.id, { meters, from: period.from, to: through }, (known) =>
    deps.charges({ ...asked, ...(known === null ? {} : { meters: known }) }),
  );
  return { pricing, period, through, charges: usage.charges };
}

function isPaidInMoney({ licenses, account }: Pricing, priceKey: string): boolean {
  return licenses.some(({ unit, weights }) => unit === account.currency && weights[priceKey] !== undefined);
}

const total = (amounts: readonly Amount[]): Amount => amounts.reduce((sum, amount) => sum + amount, 0n);
