import { chargeIdOf } from '../../../../billing/charge-id.ts';
import type { Amount, Quantity } from '../../../../domain/money.ts';
import { chargeKey } from '../../../../domain/pricing/charge-line.ts';
import type { Driver } from '../drivers.ts';
import { type DriverKind, IN_LAST_DIGITS } from '../piece.ts';
import type { SpanTerms } from '../terms/span-terms.ts';

/** Drivers that are one thing that happened. */
export interface Happening {
  kind: DriverKind;
  amount: Amount;
  /** The largest first. */
  drivers: Driver[];
  /** The app, where all of it is one that is new, or gone. */
  app: string | null;
  /** Values of what drivers are told apart by. */
  group: Record<string, string>;
}

/**
 * Drivers as they are told, the largest first: one for each license, price, discount, resized resource, new or gone app, and for
 * each charge of which more or less was used.
 * @param productOf the licenses of one product are one
 * @param groupBy `price`, `resource` or a dimension of lines: drivers of different values are told apart
 */
export function happeningsOf(
  drivers: readonly Driver[],
  { before, now }: { before: SpanTerms; now: SpanTerms },
  productOf: (licenseId: string) => string,
  groupBy: readonly string[] = [],
): Happening[] {
  const [then, today] = [appsOf(before), appsOf(now)];
  const happenings = new Map<string, Happening>();
  for (const driver of drivers) {
    const isRounding = size(driver.amount) <= IN_LAST_DIGITS;
    const app = isRounding ? null : wholeApp(driver, then, today);
    const group = Object.fromEntries(groupBy.map((name) => [name, groupValue(driver, name)]));
    const cause = app === null ? causeOf(driver, productOf) : `app ${app}`;
    const key = JSON.stringify(isRounding ? [Object.values(group)] : [driver.kind, cause, Object.values(group)]);
    const known = happenings.get(key);
    if (known === undefined)
      happenings.set(key, { kind: driver.kind, amount: driver.amount, drivers: [driver], app, group });
    else {
      known.amount += driver.amount;
      known.drivers.push(driver);
    }
  }
  const all = [...happenings.values()];
  for (const each of all) each.drivers.sort(bySize);
  return all
    .filter(({ amount }) => amount !== 0n)
    .concat(all.filter(isEvenedOut))
    .sort(bySize);
}

/** Whether all of it is what amounts were rounded by, in their last digits. */
export const isInLastDigits = ({ drivers }: Happening) => drivers.every(({ amount }) => size(amount) <= IN_LAST_DIGITS);

/** What comes to nothing together is still told where it is made of anything. */
const isEvenedOut = (each: Happening) => each.amount === 0n && each.drivers.length > 1 && !isInLastDigits(each);

function causeOf({ kind, licenseId, line, resource }: Driver, productOf: (licenseId: string) => string): string {
  if (kind === 'license') return productOf(licenseId ?? '');
  if (kind === 'price') return line.priceKey;
  if (kind === 'discount' || kind === 'days') return '';
  return kind === 'resize' ? resource : chargeKey(line);
}

/** What of a use something is grouped, or chosen, by; `''` where it does not say. */
export function groupValue({ line, resource }: Pick<Driver, 'line' | 'resource'>, name: string): string {
  if (name === 'price') return line.priceKey;
  return name === 'resource' ? resource : (line.lineValues[name] ?? '');
}

function appsOf({ uses, bases }: SpanTerms): ReadonlySet<string> {
  return new Set([...uses, ...bases].flatMap(({ line: { lineValues } }) => lineValues.app ?? []));
}

/** The app a driver is of, where nothing of it was there before, or nothing is any more. */
function wholeApp({ kind, line }: Driver, before: ReadonlySet<string>, now: ReadonlySet<string>): string | null {
  const app = line.lineValues.app ?? '';
  if (app === '' || (kind !== 'new' && kind !== 'gone')) return null;
  return (kind === 'new' ? before : now).has(app) ? null : app;
}

/** The charges a happening is of. */
export function chargesOf({ drivers }: Happening): string[] {
  return [...new Set(drivers.map(({ periodKey, line }) => chargeIdOf(periodKey, line)))];
}

/** How much more of all it is, where that is one quantity; `null` where it is not. */
export function sumOf(drivers: readonly Driver[]): Quantity | null {
  let sum = 0n;
  for (const { quantity, price } of drivers) {
    if (quantity === null || price.meter !== drivers[0]?.price.meter) return null;
    sum += quantity;
  }
  return sum;
}

const size = (value: bigint) => (value < 0n ? -value : value);

function bySize(a: { amount: Amount }, b: { amount: Amount }): number {
  const difference = size(b.amount) - size(a.amount);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}
