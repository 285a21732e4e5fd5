import {
  type ClickHouse,
  contributionSums,
  lateContributions,
  lateEvents,
  levelUsageInWindows,
} from '../../../clickhouse/index.ts';
import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import { stampsOf } from '../../database/accounts/stamps.ts';
import type { Database } from '../../database/database.types.ts';
import { LATE_EVENTS, readProgress } from '../../database/roller-progress.ts';
import { addsUp, isLevels } from '../../domain/aggregation.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf } from '../../domain/instant.ts';
import { parseFixed, parseQuantity, QUANTITY_DECIMALS, type Quantity, quantityText } from '../../domain/money.ts';
import { type MeterRegistry, type RegisteredMeter, readingOf } from '../../metering/registry.ts';
import { stretchesOf } from '../../metering/stretches.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { Invoices } from '../invoices/invoices.ts';
import { carrierOf, type Standing, standingOf } from '../invoices/standing.ts';
import { pricingOf } from '../pricing.ts';
import { toldUsage } from './told-usage.ts';

/** What coverage is proved from: contributions, and the invoices that must tell each once. */
export interface CoverageDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  invoices: Invoices;
  readings: Readings;
  now: () => Date;
}

/** Usage of an account's meter in a period that is on no invoice, draft or correction, or on two. */
export interface CoverageFault {
  accountId: string;
  meter: string;
  /** `null`: before the account's first period, or after its last. */
  periodKey: string | null;
  fault: 'unbilled' | 'doubled';
  /** Contributions among which it is. */
  contributions: number;
  /** What is used and what is told, in the meter's unit; of a meter that does not add up, in words. */
  used: string;
  told: string;
}

/** What became of an account's contributions; without faults each is told exactly once. */
export interface Coverage {
  /** How many were looked at. */
  contributions: number;
  faults: CoverageFault[];
}

/** Invoices are issued, and settings changed, while it is read: then it is read again. */
const TRIES = 4;
/** Earlier than any event is taken for. */
const BEGINNING: Micros = 0;

/**
 * Whether every contribution of an account is told exactly once: on an invoice, a correction, a draft, in the open period, or
 * as usage without a price. What adds up (counts, sums, levels) is compared by quantity, for each meter and period, with the
 * contributions themselves; of other meters each contribution must lie in a period that tells of it. An account that was on
 * no rate card yet is charged for nothing, and nothing of it is missed.
 * @throws NotMeteredError when the usage cannot be read of one state
 */
export async function coverageOf(deps: CoverageDeps, accountId: string): Promise<Coverage> {
  const { queries } = deps.database;
  const stamp = async () => (await stampsOf(queries, [accountId])).get(accountId)?.text;
  for (let attempt = 1; ; attempt++) {
    const before = await stamp();
    const coverage = await deps.readings.read((meteredThrough) => read(deps, accountId, meteredThrough));
    if (coverage.faults.length === 0 || attempt === TRIES || (await stamp()) === before) return coverage;
  }
}

/** How much of a meter there is in a period. */
interface Used {
  contributions: number;
  /** `null` of a meter that does not add up. */
  quantity: Quantity | null;
}

async function read(deps: CoverageDeps, accountId: string, meteredThrough: Micros): Promise<Coverage> {
  const { queries } = deps.database;
  const coverage: Coverage = { contributions: 0, faults: [] };
  const account = await getAccount(queries, accountId);
  const pricing = account && (await pricingOf(queries, account));
  if (account === null || pricing === null || pricing.rulings.length === 0) return coverage;
  const standing = await standingOf(queries, account, deps.now());
  if (await isToBeNoticed(deps, accountId, standing)) return coverage;
  const told = await toldUsage(queries, pricing, standing.finals, await deps.invoices.unissued(account));
  for (const meter of deps.registry.currentMeters()) {
    const at = { accountId, meter: meter.key };
    const { outside, used } = await usedOf(deps.store, account, meter, { standing, meteredThrough });
    coverage.contributions += outside;
    if (outside > 0) {
      const where = { used: `${outside} contributions`, told: 'in no period' };
      coverage.faults.push({ ...at, periodKey: null, fault: 'unbilled', contributions: outside, ...where });
    }
    for (const [i, period] of standing.periods.entries()) {
      const own = used[i] as Used;
      coverage.contributions += own.contributions;
      const { quantity } = own;
      const fault =
        quantity === null
          ? await untold(deps.store, accountId, meter, { standing, period, own, meteredThrough })
          : differing(told(period.key, meter.key), quantity, own.contributions);
      if (fault !== null) coverage.faults.push({ ...at, periodKey: period.key, ...fault });
    }
  }
  return coverage;
}

/**
 * Whether something came for an account whose last invoice is final that the closing has yet to notice: it gives it a period
 * whose invoice tells of that.
 */
async function isToBeNoticed({ database, store }: CoverageDeps, accountId: string, { periods }: Standing) {
  const last = periods.at(-1);
  if (last?.state !== 'final') return false;
  const noticed = (await readProgress(database.queries, LATE_EVENTS))?.throughMicros ?? 0;
  return (await lateEvents(store.read, accountId, last.to, noticed)) > 0;
}

type Fault = Omit<CoverageFault, 'accountId' | 'meter' | 'periodKey'>;

/** What is told must be what is used. */
function differing(told: Quantity, used: Quantity, contributions: number): Fault | null {
  if (told === used) return null;
  // Also what is taken back may be missing.
  const isMissing = used < 0n ? told > used : told < used;
  const fault = isMissing ? 'unbilled' : 'doubled';
  return { fault, contributions: Math.max(contributions, 1), used: quantityText(used), told: quantityText(told) };
}

/** Of a meter that does not add up: the period has one invoice, or will have; what came after it has where to be corrected. */
async function untold(
  store: ClickHouse,
  accountId: string,
  meter: RegisteredMeter,
  of: { standing: Standing; period: AccountPeriodRow; own: Used; meteredThrough: Micros },
): Promise<Fault | null> {
  const { standing, period, own, meteredThrough } = of;
  if (own.contributions === 0) return null;
  const { contributions } = own;
  const used = `${contributions} contributions`;
  const [head, ...others] = standing.finals.filter((each) => each.period.key === period.key);
  if (others.length > 0) return { fault: 'doubled', contributions, used, told: 'on several invoices' };
  if (period.state !== 'final') {
    return head === undefined ? null : { fault: 'doubled', contributions, used, told: 'on an invoice and a draft' };
  }
  if (head === undefined || head.period.from !== period.from || head.period.to !== period.to) {
    return { fault: 'unbilled', contributions, used, told: 'on no invoice' };
  }
  if (carrierOf(standing, head) !== null) return null;
  const spans = [{ from: period.from, to: period.to, dimensions: [] }];
  const filter = { spans, subjects: null, received: { after: head.meteredThroughMicros, by: meteredThrough } };
  const { count } = await lateContributions(store.read, accountId, readingOf(meter), filter, 1);
  return count === 0 ? null : { fault: 'unbilled', contributions: count, used, told: 'after its last invoice' };
}

/** What there is of a meter in each period, and how many contributions lie in none; what is yet to come lies in a later one. */
async function usedOf(
  store: ClickHouse,
  { id: accountId, endedAt }: Account,
  meter: RegisteredMeter,
  { standing: { periods }, meteredThrough }: { standing: Standing; meteredThrough: Micros },
): Promise<{ outside: number; used: Used[] }> {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return { outside: 0, used: [] };
  const hasEnded = last.state !== 'open';
  const spans = [
    { from: BEGINNING, to: first.from },
    ...periods,
    { from: last.to, to: hasEnded ? Math.max(meteredThrough, last.to) + 1 : last.to + 1 },
  ].map(({ from, to }) => ({ from, to, divisor: 1n }));
  const sums = await contributionSums(store.read, accountId, { ...readingOf(meter), dimensions: [] }, spans);
  const outside = (sums[0]?.events ?? 0) + (hasEnded ? (sums.at(-1)?.events ?? 0) : 0);
  const kinds = periods.map((period) => kindOf(meter, period));
  // What still runs at the end of an account runs no longer.
  const until = endedAt ? Math.min(meteredThrough, microsOf(endedAt)) : meteredThrough;
  const levels = kinds.includes('levels') ? await levelsOf(store, accountId, meter, { periods, through: until }) : null;
  const used = periods.map((period, i): Used => {
    const { events, sum } = sums[i + 1] ?? { events: 0, sum: '0' };
    const quantity =
      kinds[i] === 'sum' ? parseQuantity(sum) : kinds[i] === 'levels' ? (levels?.get(period.from) ?? 0n) : null;
    return { contributions: events, quantity };
  });
  return { outside, used };
}

/** How a meter adds up in a period. */
function kindOf(meter: RegisteredMeter, { from, to }: AccountPeriodRow): 'sum' | 'levels' | 'neither' {
  const stretches = stretchesOf(meter, { from, to });
  if (stretches.every((stretch) => addsUp(stretch.meter.aggregation))) return 'sum';
  return stretches.every((stretch) => isLevels(stretch.meter.aggregation)) ? 'levels' : 'neither';
}

/** Level × seconds in each period, by its beginning. */
async function levelsOf(
  store: ClickHouse,
  accountId: string,
  meter: RegisteredMeter,
  { periods, through }: { periods: readonly AccountPeriodRow[]; through: Micros },
): Promise<Map<Micros, Quantity>> {
  const bounds = [periods[0]?.from ?? 0, ...periods.map(({ to }) => to)];
  const { meter: key, meterVersion } = readingOf(meter);
  const question = { meter: key, meterVersion, bounds, groupBy: [], only: [], keep: null, through };
  const rows = await levelUsageInWindows(store.read, accountId, question);
  // A level in 10⁻¹² for a microsecond is a quantity of 10⁻¹⁸.
  return new Map(rows.map(({ window, levelMicros }) => [window, parseFixed(levelMicros, QUANTITY_DECIMALS - 6)]));
}
