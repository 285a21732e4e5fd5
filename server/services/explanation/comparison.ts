import { neighbourOf } from '../../domain/billing-period.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import { chargeIdOf } from '../charge-line.ts';
import type { ChargeComparison, ExplainedResource } from '../explanation.types.ts';
import type { FoundCharge } from './find-charge.ts';

/** A charge of an earlier period, opened as far as comparing it needs. */
export interface EarlierCharge {
  chargeId: string;
  amountExact: string;
  base: string;
  resources: readonly ExplainedResource[];
  prices: string;
}

const NAMED = 10;

/** The id the same charge has in the period before. */
export function earlierId({ account, period, line }: FoundCharge): string {
  return chargeIdOf(neighbourOf(period, -1, account).key, line.priceKey, line.lineValues);
}

/** Why a charge differs from the one before: resource by resource, so that what is listed adds up to the difference. */
export function comparisonOf(
  now: Omit<EarlierCharge, 'chargeId'>,
  before: EarlierCharge,
  { account, period }: FoundCharge,
): ChargeComparison {
  const amounts = (resources: readonly ExplainedResource[]) =>
    new Map(resources.map(({ resource, amountExact }) => [resource, parseAmount(amountExact)]));
  const [current, earlier] = [amounts(now.resources), amounts(before.resources)];
  const changes = [...new Set([...current.keys(), ...earlier.keys()])].map((resource) => {
    const [a, b] = [current.get(resource), earlier.get(resource)];
    const kind = b === undefined ? 'new resource' : a === undefined ? 'gone resource' : 'usage';
    return { kind, resource, amount: (a ?? 0n) - (b ?? 0n) } as const;
  });
  const size = (amount: bigint) => (amount < 0n ? -amount : amount);
  const moved = changes
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) =>
      size(a.amount) === size(b.amount) ? (a.resource < b.resource ? -1 : 1) : size(a.amount) > size(b.amount) ? -1 : 1,
    );
  const words = {
    'new resource': 'New in this period',
    'gone resource': 'Only in the period before',
    usage: before.prices === now.prices ? 'Used more or less' : 'Used more or less, and its price changed',
  };
  const drivers: ChargeComparison['drivers'] = moved.slice(0, NAMED).map(({ kind, resource, amount }) => ({
    ...{ kind, resource, amountExact: amountText(amount), text: words[kind] },
  }));
  const others = moved.slice(NAMED);
  if (others.length > 0) {
    const rest = others.reduce((sum, { amount }) => sum + amount, 0n);
    drivers.push({
      kind: 'other',
      resource: null,
      amountExact: amountText(rest),
      text: `${others.length} other resources`,
    });
  }
  const base = parseAmount(now.base) - parseAmount(before.base);
  if (base !== 0n) {
    drivers.push({ kind: 'price', resource: null, amountExact: amountText(base), text: 'Due without usage' });
  }
  return {
    previous: {
      chargeId: before.chargeId,
      periodKey: neighbourOf(period, -1, account).key,
      amountExact: before.amountExact,
    },
    difference: amountText(parseAmount(now.amountExact) - parseAmount(before.amountExact)),
    drivers,
  };
}
