import type { InvoiceLine } from '../../../billing/invoice.types.ts';
import type { Amount } from '../../../domain/money.ts';
import { type ChargeLine, chargeKey } from '../../../domain/pricing/charge-line.ts';
import type { Invoiced } from './invoiced.ts';
import type { SpanTerms } from './terms/span-terms.ts';

/**
 * What a charge, or a correction, came to in both spans. A driver may be of several charges, as where a resource was resized: what
 * each of them differs by is this.
 */
export interface ChargeCompared extends ChargeLine, Pick<InvoiceLine, 'corrects'> {
  description: string;
  before: Amount;
  now: Amount;
}

/** Every charge and correction of either span. */
export function chargesCompared(
  before: SpanTerms,
  now: SpanTerms,
  invoiced: { before: Invoiced; now: Invoiced } | null,
): ChargeCompared[] {
  const charges = new Map<string, ChargeCompared>();
  const add = (name: string, { line, description }: Charge, side: 'before' | 'now', amount: Amount) => {
    const charge = charges.get(name) ?? { ...line, description, before: 0n, now: 0n };
    charge[side] += amount;
    charges.set(name, charge);
  };
  for (const [side, { uses, bases }] of [
    ['before', before],
    ['now', now],
  ] as const) {
    for (const { line, price, amount } of [...uses, ...bases]) {
      add(chargeKey(line), { line, description: price.description }, side, amount);
    }
    for (const { chargeId, description, priceKey, lineValues, corrects, amount } of invoiced?.[side].corrections ??
      []) {
      add(chargeId, { line: { priceKey, lineValues, corrects }, description }, side, amount);
    }
  }
  return [...charges.values()];
}

interface Charge {
  line: ChargeLine & Pick<InvoiceLine, 'corrects'>;
  description: string;
}
