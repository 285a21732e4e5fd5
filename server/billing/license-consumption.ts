import type { BillingPeriod } from '../domain/billing-period.ts';
import { DAY, microsOf } from '../domain/instant.ts';
import { AMOUNT_ONE, divideHalfEven, parseAmount, type Quantity } from '../domain/money.ts';
import type { License } from '../domain/pricing/price.ts';
import type { RatedPart } from '../domain/rating/rating.types.ts';
import { localDay } from '../domain/windows.ts';

/** What each license gave, by team, app and day; in its unit times 10¹⁸, unit-seconds for unit-months. */
export class LicenseConsumption {
  private readonly sums = new Map<string, Quantity>();
  /** Licenses whose pool is a number at the same time. */
  readonly atOnce = new Set<License>();

  constructor(
    private readonly licenses: readonly License[],
    private readonly timeZone: string,
    private readonly period: Pick<BillingPeriod, 'from' | 'to'>,
  ) {}

  /** Counts what every license gives of a part. */
  add(priceKey: string, part: RatedPart): void {
    for (const { licenseId, quantity } of part.covered) this.count(licenseId, priceKey, part, quantity);
    // Amounts have 12 decimals, quantities 18.
    for (const { licenseId, amount } of part.coveredAmounts) this.count(licenseId, priceKey, part, amount * 1_000_000n);
  }

  /** By value of `team` or `app`, or by day, largest first. */
  by(license: License, what: 'team' | 'app' | 'day'): { value: string; drawn: Quantity }[] {
    const prefix = JSON.stringify([this.licenses.indexOf(license), what]).slice(0, -1);
    return [...this.sums]
      .filter(([key]) => key.startsWith(`${prefix},`))
      .map(([key, drawn]) => ({ value: (JSON.parse(key) as string[])[2] ?? '', drawn }))
      .sort((a, b) => (a.drawn < b.drawn ? 1 : a.drawn > b.drawn ? -1 : a.value < b.value ? -1 : 1));
  }

  private count(licenseId: string, priceKey: string, { contribution }: RatedPart, quantity: Quantity): void {
    const index = this.licenses.findIndex((each) => each.id === licenseId && isWithin(contribution.from, each));
    const license = this.licenses[index];
    const weight = license?.weights[priceKey];
    if (license === undefined || weight === undefined) return;
    const drawn = divideHalfEven(quantity * parseAmount(weight), AMOUNT_ONE);
    // What runs at the same time is told as the average number over the period, and of a day over the day.
    const atOnce = license.measure === 'max' && contribution.kind === 'interval';
    if (atOnce) this.atOnce.add(license);
    const add = (what: string, value: string) => {
      const key = JSON.stringify([index, what, value]);
      const over = what === 'day' ? BigInt(DAY) : BigInt(this.period.to - this.period.from);
      this.sums.set(key, (this.sums.get(key) ?? 0n) + (atOnce ? (drawn * 1_000_000n) / over : drawn));
    };
    add('team', contribution.dimensions.team ?? '');
    add('app', contribution.dimensions.app ?? '');
    add('day', localDay(contribution.from, this.timeZone));
  }
}

/** Whether an instant lies in the license's term: one that begins to count otherwise stands there twice, term by term. */
function isWithin(at: number, { from, to }: License): boolean {
  return microsOf(from) <= at && at < microsOf(to);
}
