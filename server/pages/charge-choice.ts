import type { InvoiceLine } from '../billing/invoice.types.ts';
import { type Pricing, pricesOf } from '../billing/pricing.ts';
import { CORRECTIONS, productOfPrice } from '../domain/pricing/product.ts';

/** Which charges are looked at: those of which everything holds that is given. */
export interface ChargeChoice {
  /** Of this app; `''` for charges of none. */
  app?: string;
  /** Of any app but these. */
  exceptApps?: readonly string[];
  /** Of this product: how keys of its prices begin; or corrections. */
  product?: string;
  /** What this license covers some of; it is asked for by id. */
  license?: string;
  /** Of usage of this meter; it is asked for by key. */
  meter?: string;
}

/** The product a line is told under. */
export function productOfLine({ priceKey, corrects }: Pick<InvoiceLine, 'priceKey' | 'corrects'>): string {
  return corrects === undefined ? productOfPrice(priceKey) : CORRECTIONS;
}

/** The charges of a choice. A correction is of usage of another period: it belongs to no license and no meter of this one. */
export function chosenLines<Line extends Pick<InvoiceLine, 'priceKey' | 'lineValues' | 'corrects'>>(
  lines: readonly Line[],
  { app, exceptApps, product, license, meter }: ChargeChoice,
  pricing: Pick<Pricing, 'rulings' | 'licenses'>,
): Line[] {
  const named = new Set(pricing.licenses.flatMap(({ id, weights }) => (id === license ? Object.keys(weights) : [])));
  const ofMeter = new Set(
    pricesOf(pricing)
      .filter((price) => price.meter === meter)
      .map(({ key }) => key),
  );
  return lines.filter(({ priceKey, lineValues, corrects }) => {
    const own = lineValues.app ?? '';
    if (app !== undefined && own !== app) return false;
    if (exceptApps?.includes(own)) return false;
    if (
      product !== undefined &&
      productOfLine({ priceKey, ...(corrects === undefined ? {} : { corrects }) }) !== product
    )
      return false;
    if (license !== undefined && (corrects !== undefined || !named.has(priceKey))) return false;
    return meter === undefined || (corrects === undefined && ofMeter.has(priceKey));
  });
}
