import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { chargeIdOf } from '../../billing/charge-id.ts';
import { amountText, parseAmount, parseQuantity, quantityText } from '../../domain/money.ts';
import type { ChargeFinder } from '../charge/find-charge.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { type OpenedCharge, openCharge, rateCharge } from '../charge/open-charge.ts';
import { readAsItStands } from '../charge/standing-still.ts';
import type { ChargeComparison, ExplainedResource } from '../explanation.types.ts';
import { resourcesOf } from '../levels/resources.ts';
import { innerChange, stepsBack, withLastPrice } from './changed-terms.ts';
import { quantityWords } from './quantity-words.ts';

type Driver = ChargeComparison['drivers'][number];

/** A charge opened as far as comparing it needs. */
interface Opened {
  amount: bigint;
  base: bigint;
  resources: readonly ExplainedResource[];
}

interface Stores {
  find: ChargeFinder;
  charges: ChargesReader;
  store: ClickHouse;
}

const NAMED = 10;
const NOTHING: Opened = { amount: 0n, base: 0n, resources: [] };

/** The charge of the period before, opened; `null` when there was none. */
export interface EarlierCharge {
  found: FoundCharge;
  opened: Opened;
}

/** Opens the same charge of the period before. */
export async function earlierCharge(
  stores: Stores,
  { account, previousKey, line }: FoundCharge,
): Promise<EarlierCharge | null> {
  if (previousKey === null) return null;
  const chargeId = chargeIdOf(previousKey, line);
  const found = await stores.find(account.id, chargeId, line);
  const opened = found && (await openChargeOf(stores, found));
  return found && opened && { found, opened };
}

/**
 * Why a charge differs from the one of the period before: what a new price, discount or license made of the same usage,
 * and then what was used, resource by resource. What is listed adds up to the difference.
 * Usage is rated again only where its terms differ.
 */
export async function comparisonOf(
  stores: Stores,
  found: FoundCharge,
  now: { opened: OpenedCharge; resources: readonly ExplainedResource[] },
  { found: earlier, opened: as }: EarlierCharge,
): Promise<ChargeComparison> {
  const current = comparable(now.opened, now.resources);
  const drivers: Driver[] = [];
  const add = (kind: Driver['kind'], amount: bigint, text: string) => {
    if (amount !== 0n) drivers.push({ kind, resource: null, amountExact: amountText(amount), text });
  };
  const steps = stepsBack(found, earlier);
  const settled = withLastPrice(earlier);
  const then = settled === null ? as : ((await openChargeOf(stores, settled)) ?? NOTHING);
  if (settled !== null) add('price', then.amount - as.amount, innerChange(earlier));
  let standing = current;
  for (const [i, step] of steps.entries()) {
    const isLast = i === steps.length - 1;
    const next = isLast ? await openChargeOf(stores, step.found) : await amountOf(stores, step.found);
    const stood = next ?? NOTHING;
    add(step.kind, standing.amount - stood.amount, step.text(standing.amount - stood.amount));
    standing = stood;
  }
  drivers.push(...resourceDrivers(standing.resources, then.resources, found));
  add('base', standing.base - then.base, 'Due without usage');
  return {
    previous: {
      chargeId: chargeIdOf(earlier.period.key, earlier.line),
      periodKey: earlier.period.key,
      amountExact: amountText(as.amount),
    },
    difference: amountText(current.amount - as.amount),
    drivers,
  };
}

function comparable({ rated }: OpenedCharge, resources: readonly ExplainedResource[]): Opened {
  return { amount: parseAmount(rated.amountExact), base: parseAmount(rated.base), resources };
}

function openChargeOf({ charges, store }: Stores, found: FoundCharge): Promise<Opened | null> {
  return readAsItStands(store, found, async (standing) => {
    const opened = await openCharge(charges, store, standing);
    return opened && comparable(opened, await resourcesOf(store, standing, opened));
  });
}

/** What a charge comes to, without what is inside. */
async function amountOf({ charges, store }: Stores, found: FoundCharge): Promise<Opened | null> {
  const rate = (standing: FoundCharge) => rateCharge(charges, standing, { cuts: [], singleEvents: [] });
  const opened = await readAsItStands(store, found, rate);
  return opened && comparable(opened, []);
}

function resourceDrivers(
  now: readonly ExplainedResource[],
  before: readonly ExplainedResource[],
  found: FoundCharge,
): Driver[] {
  const byName = (resources: readonly ExplainedResource[]) => new Map(resources.map((each) => [each.resource, each]));
  const [current, earlier] = [byName(now), byName(before)];
  const moved = [...new Set([...current.keys(), ...earlier.keys()])]
    .map((resource) => {
      const [a, b] = [current.get(resource), earlier.get(resource)];
      return { resource, a, b, amount: parseAmount(a?.amountExact ?? '0') - parseAmount(b?.amountExact ?? '0') };
    })
    .filter(({ amount }) => amount !== 0n)
    .sort((x, y) => compare(size(y.amount), size(x.amount)) || compare(x.resource, y.resource));
  const drivers = moved.slice(0, NAMED).map(
    ({ resource, a, b, amount }): Driver => ({
      kind: b === undefined ? 'new resource' : a === undefined ? 'gone resource' : 'usage',
      resource,
      amountExact: amountText(amount),
      text: usageWords(a, b, found),
    }),
  );
  const others = moved.slice(NAMED);
  const rest = others.reduce((sum, { amount }) => sum + amount, 0n);
  const text = others.length === 1 ? '1 other resource' : `${others.length} other resources`;
  return others.length === 0
    ? drivers
    : [...drivers, { kind: 'other', resource: null, amountExact: amountText(rest), text }];
}

/** What a resource used more or less, or why it costs something else though it did not. */
function usageWords(
  now: ExplainedResource | undefined,
  before: ExplainedResource | undefined,
  { meter }: FoundCharge,
): string {
  const words = (quantity: bigint) => quantityWords(meter, quantityText(size(quantity)));
  if (before === undefined) return `New in this period, used ${words(parseQuantity(now?.quantity ?? '0'))}`;
  if (now === undefined) return `Only in the period before, used ${words(parseQuantity(before.quantity))}`;
  const change = (of: 'quantity' | 'covered' | 'included') => parseQuantity(now[of]) - parseQuantity(before[of]);
  const used = change('quantity');
  if (used !== 0n) return `Used ${words(used)} ${used > 0n ? 'more' : 'less'}`;
  if (change('covered') !== 0n) return `Used as much, ${change('covered') > 0n ? 'more' : 'less'} of it was covered`;
  if (change('included') !== 0n) return `Used as much, ${change('included') > 0n ? 'more' : 'less'} of it was included`;
  return 'Used as much, counted at another place of the price';
}

const size = (value: bigint) => (value < 0n ? -value : value);

function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
