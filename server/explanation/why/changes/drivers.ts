import type { Amount, Quantity } from '../../../domain/money.ts';
import { type ChargeLine, chargeKey } from '../../../domain/pricing/charge-line.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import { termsText } from '../price-change.ts';
import { type DriverKind, IN_LAST_DIGITS, type Piece, piece, size, sum } from './piece.ts';
import { Replacing } from './replacing.ts';
import { afterCredit, afterDiscount } from './taken-off.ts';
import type { SpanTerms, Terms } from './terms/span-terms.ts';

/** One exact part of a difference: of one charge, and of one resource of it where those are told apart. */
export interface Driver {
  kind: DriverKind;
  amount: Amount;
  /** By how much more was used, more was covered or was included, where the amount comes of that. */
  quantity: Quantity | null;
  /** Of which charge: of the later span, or of the earlier where there is none. */
  line: ChargeLine;
  price: Price;
  resource: string;
  /** Which license, of those. */
  licenseId: string | null;
  before: readonly Terms[];
  now: readonly Terms[];
  /** Of which billing period the charge is. */
  periodKey: string;
}

/**
 * What makes the difference between two spans, resource by resource: exactly `now − before` together.
 *
 * Terms are replaced one after the other, from the earlier span's to the later's: how long the span is, what is new and gone, how
 * much was used, of which size or plan, at which price, what licenses and allowances took off, tiers, caps and minimums, the
 * discount. Usage is valued at what a unit cost in the earlier span, on average, before anything was taken off; what a license
 * or an allowance took off of a change of usage is in neither of the two. Licenses in money come last.
 */
export function driversBetween(before: SpanTerms, now: SpanTerms): Driver[] {
  const [was, is] = [groupsOf(before.uses), groupsOf(now.uses)];
  const drivers: Driver[] = [];
  for (const key of new Set([...is.keys(), ...was.keys()])) {
    const sides = { before: was.get(key) ?? [], now: is.get(key) ?? [] };
    const named = (sides.now.at(-1) ?? sides.before.at(-1)) as Terms;
    const { line, price, resource, periodKey } = named;
    for (const piece of piecesOf(sides.before, sides.now, { before: before.length, now: now.length })) {
      if (piece.amount !== 0n) drivers.push({ ...piece, line, price, resource, periodKey, ...sides });
    }
  }
  return [...drivers, ...baseDrivers(before, now)];
}

/** What belongs together: all that a meter told of a resource, whatever it cost; else all of a charge. */
function groupsOf(uses: readonly Terms[]): Map<string, Terms[]> {
  const groups = new Map<string, Terms[]>();
  for (const use of uses) {
    const key = use.resource === '' ? chargeKey(use.line) : `${use.price.meter} ${use.resource}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [use]);
    else group.push(use);
  }
  return groups;
}

function piecesOf(before: readonly Terms[], now: readonly Terms[], length: { before: number; now: number }): Piece[] {
  const difference = sum(now, ({ amount }) => amount) - sum(before, ({ amount }) => amount);
  const [q0, q1] = [sum(before, ({ quantity }) => quantity), sum(now, ({ quantity }) => quantity)];
  if (before.length === 0) return [piece('new', difference, q1)];
  if (now.length === 0) return [piece('gone', difference, -q0)];
  const work = new Replacing(before, now);
  const pieces = work.usage(length);
  pieces.push(...work.prices(pieces), ...work.spared(pieces), ...work.limits());
  if (isOnePrice(before, now)) foldPrice(pieces);
  const kept = afterDiscount(pieces, before, now);
  return afterCredit(kept, before, now);
}

function baseDrivers(before: SpanTerms, now: SpanTerms): Driver[] {
  const byKey = ({ bases }: SpanTerms) => {
    const sums = new Map<string, SpanTerms['bases'][number]>();
    for (const base of bases) {
      const key = chargeKey(base.line);
      sums.set(key, { ...base, amount: base.amount + (sums.get(key)?.amount ?? 0n) });
    }
    return sums;
  };
  const [was, is] = [byKey(before), byKey(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): Driver[] => {
    const [old, young] = [was.get(key), is.get(key)];
    const { line, price, periodKey } = (young ?? old) as SpanTerms['bases'][number];
    const amount = (young?.amount ?? 0n) - (old?.amount ?? 0n);
    const kind = old === undefined ? 'new' : young === undefined ? 'gone' : 'price';
    const driver = {
      periodKey,
      kind,
      amount,
      quantity: null,
      line,
      price,
      resource: '',
      licenseId: null,
      before: [],
      now: [],
    } as const;
    return amount === 0n ? [] : [driver];
  });
}

/** Whether a unit costs the same in both, before anything is taken off. */
function isOnePrice(before: readonly Terms[], now: readonly Terms[]): boolean {
  const prices = new Set([...before, ...now].flatMap((terms) => terms.prices.map(({ price }) => price)));
  if (prices.size === 1) return true;
  return new Set([...prices].map((price) => JSON.stringify([price.key, termsText(price)]))).size === 1;
}

/** Where the price is one, what would be another is what amounts were rounded by, in their last digits: it goes with the usage. */
function foldPrice(pieces: Piece[]): void {
  const [usage, price] = [pieces.find(({ kind }) => kind === 'usage'), pieces.find(({ kind }) => kind === 'price')];
  if (usage === undefined || price === undefined || size(price.amount) > IN_LAST_DIGITS) return;
  usage.amount += price.amount;
  price.amount = 0n;
}
