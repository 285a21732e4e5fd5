import type { ClickHouse } from '../../clickhouse/index.ts';
import { addsUp } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import type { ChargeLine } from '../domain/pricing/charge-line.ts';
import type { ChargeUsage } from '../domain/rating/rating.types.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import type { GatheredUsage, PricedAccount, Span } from './charge-gathering.ts';
import { chargesWith, cutsOf, daysOf, pricedAccount } from './charge-scope.ts';
import { gatherUsage } from './charge-usage.ts';
import { type FinerReading, finerThan } from './finer-reading.ts';
import type { Fineness } from './known-fineness.ts';
import type { Pricing } from './pricing.ts';
import { changesOf } from './standing-changes.ts';
import { pricesInOrder } from './usage-order.ts';

/** Which usage of an account is wanted, and how finely. */
export interface UsageQuestion {
  pricing: Pricing;
  period: BillingPeriod;
  /** Open intervals run to here. */
  through: Micros;
  /** Whether each charge's amounts by day are wanted. */
  byDay?: boolean;
  /** Whether counted usage is read day by day, though amounts by day are not wanted. */
  readByDay?: boolean;
  /** Read already, with the cuts of `cutsOf`; else it is read. */
  usage?: GatheredUsage;
  /** Only this charge, and those that draw from its licenses. */
  only?: ChargeLine;
  /** The meters as they stood then, of a charge that stands still; else those in force. */
  meters?: readonly RegisteredMeter[];
  /** More instants at which counted usage is read apart, and spans in which it is read event by event. */
  finer?: FinerReading;
}

/** Usage in which a window is too coarse: something happens inside it. */
export interface CoarseWindow extends Span {
  /** Of which meters it is read again. */
  meters: ReadonlySet<string>;
}

/** Reads an account's usage of a period for its charges: first in windows, then more finely where that does not do. */
export class UsageReading {
  private readonly account: PricedAccount;
  private readonly cuts: Set<Micros>;
  private readonly singleEvents: Span[];
  private readonly wanted: ReturnType<typeof chargesWith> | null;
  /** Keys of meters whose windows cannot stand in for their events. */
  private inOrder: ReadonlySet<string> = new Set();

  private readonly changed: Set<string>;
  private readonly windows: Span[];

  /**
   * @param meters all that were in force
   * @param known how finely it had to be read before: then it is at once
   */
  constructor(
    private readonly store: ClickHouse,
    private readonly question: UsageQuestion,
    private readonly meters: readonly RegisteredMeter[],
    known?: Fineness,
  ) {
    const { pricing, period, only, finer, byDay = false, readByDay = byDay } = question;
    this.account = pricedAccount(pricing, period);
    this.cuts = cutsOf(pricing, period, readByDay ? daysOf(period) : []);
    for (const cut of finer?.cuts ?? []) this.cuts.add(cut);
    this.windows = [...(known?.windows ?? [])];
    this.changed = new Set(known?.inChanges);
    for (const { from, to } of this.windows) this.cuts.add(from).add(to);
    this.singleEvents = [...(finer?.singleEvents ?? []), ...this.windows];
    this.wanted = only === undefined ? null : chargesWith(only, pricing);
  }

  /** Reads everything, in windows where they can stand in for events. */
  async inWindows(): Promise<GatheredUsage> {
    const { wanted, store, account } = this;
    const { pricing, period, only, usage } = this.question;
    const meters = this.meters.filter(({ key }) => wanted === null || wanted.meters.has(key));
    const { versions } = account;
    // In windows, which mostly is right, while it is asked whether they can stand in.
    const [ordered, inWindows] = await Promise.all([
      pricesInOrder(store, { pricing, period, versions, eachEvent: only !== undefined, meters }),
      usage ?? this.read(meters),
    ]);
    this.inOrder = new Set([...ordered].map((key) => this.meterOf(key)));
    const asRead = this.inOrder.size === 0 ? inWindows : await this.read(meters);
    const isByChange = (charge: ChargeUsage) =>
      ordered.has(charge.priceKey) || (this.changed.has(charge.priceKey) && isInWindows(charge));
    return { ...asRead, charges: await this.inChanges(asRead.charges, isByChange) };
  }

  /**
   * Reads a window more finely, in which something happens that it does not tell: what stands at something by its changes,
   * all of it at once; else what adds up in smaller windows, at last event by event.
   */
  async finer(usage: GatheredUsage, coarse: CoarseWindow): Promise<GatheredUsage> {
    const isDrawing = ({ priceKey }: ChargeUsage) => coarse.meters.has(this.meterOf(priceKey));
    const changed = await this.inChanges(usage.charges, (charge) => isDrawing(charge) && isInWindows(charge));
    const anew = changed.filter((charge, i) => charge !== usage.charges[i]);
    for (const { priceKey } of anew) this.changed.add(priceKey);
    if (anew.length > 0) return { ...usage, charges: changed };
    const { cuts, singleEvents } = finerThan(coarse);
    this.windows.push(...singleEvents);
    for (const cut of cuts) this.cuts.add(cut);
    this.singleEvents.push(...singleEvents);
    const again = this.meters.filter(({ key, aggregation }) => coarse.meters.has(key) && addsUp(aggregation));
    const isAgain = ({ priceKey }: ChargeUsage) => again.some(({ key }) => key === this.meterOf(priceKey));
    const read = await this.read(again);
    const others = usage.charges.filter((charge) => !isAgain(charge));
    return { charges: [...others, ...read.charges.filter(isAgain)], unpriced: usage.unpriced };
  }

  /** Whether a window was read event by event already. */
  isFinest({ from, to }: Span): boolean {
    return this.singleEvents.some((span) => span.from === from && span.to === to);
  }

  /** How finely it was read. */
  get fineness(): Fineness {
    return { windows: this.windows, inChanges: this.changed };
  }

  private async read(meters: readonly RegisteredMeter[]): Promise<GatheredUsage> {
    const { account, wanted, inOrder } = this;
    const { period, through, only } = this.question;
    const alone = wanted?.isAlone ? { only } : {};
    const scope = {
      period,
      through,
      cuts: [...this.cuts],
      singleEvents: this.singleEvents,
      inOrder,
      ...alone,
      withoutUnpriced: wanted !== null,
    };
    const all = (await gatherUsage(this.store, meters, [account], scope)).get(account.accountId) as GatheredUsage;
    return wanted === null ? all : { ...all, charges: all.charges.filter(wanted.includes) };
  }

  /** Charges on meters that stand at something, where they are wanted so: by the events that changed it. */
  private async inChanges(
    charges: readonly ChargeUsage[],
    isWanted: (charge: ChargeUsage) => boolean,
  ): Promise<ChargeUsage[]> {
    const { pricing, period } = this.question;
    const byMeter = new Map<RegisteredMeter, ChargeUsage[]>();
    for (const charge of charges) {
      const meter = this.meters.find(({ key }) => key === this.meterOf(charge.priceKey));
      if (meter === undefined || addsUp(meter.aggregation) || !isWanted(charge)) continue;
      byMeter.set(meter, [...(byMeter.get(meter) ?? []), charge]);
    }
    const changed = new Map<ChargeUsage, ChargeUsage>();
    const change = async ([meter, own]: [RegisteredMeter, ChargeUsage[]]) => {
      const changes = await changesOf(this.store, { pricing, period, meter, charges: own });
      for (const [i, charge] of own.entries()) changed.set(charge, changes[i] as ChargeUsage);
    };
    await Promise.all([...byMeter].map(change));
    return charges.map((charge) => changed.get(charge) ?? charge);
  }

  /** The meter a price is for: prices keep it from version to version or have another key. */
  private meterOf(priceKey: string): string {
    const { versions } = this.account;
    return versions.findLast(({ prices }) => prices.has(priceKey))?.prices.get(priceKey)?.meter ?? '';
  }
}

/** Whether some of its usage is told in windows. */
function isInWindows({ contributions }: ChargeUsage): boolean {
  return contributions.some(({ kind }) => kind === 'bucket');
}
