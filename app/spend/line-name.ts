import type { InvoiceLine } from '#server/billing/invoice.types.ts';
import { CORRECTIONS, productOfPrice } from '#server/domain/pricing/product.ts';

/** Which app, which process a line is of: `acme-api · web`; `''` for a line of the whole account. */
export function lineName({ lineValues }: Pick<InvoiceLine, 'lineValues'>): string {
  return Object.values(lineValues)
    .map((value) => (value === '' ? 'without a name' : value))
    .join(' · ');
}

/** What people call the part of the bill a price belongs to. */
export function productOf({ priceKey, corrects }: Pick<InvoiceLine, 'priceKey' | 'corrects'>): string {
  return productName(corrects ? CORRECTIONS : productOfPrice(priceKey));
}

/** What people call a product. */
export function productName(product: string): string {
  return PRODUCTS[product] ?? 'Other';
}

const PRODUCTS: Record<string, string> = {
  dyno: 'Dynos',
  addon: 'Add-ons',
  storage: 'Database storage',
  inference: 'Managed inference',
  space: 'Spaces',
  connect: 'Connect',
  [CORRECTIONS]: 'Corrections of earlier invoices',
};

/** Where the charges of a product begin on an invoice's page. */
export function productId(product: string): string {
  return product.toLowerCase().replaceAll(' ', '-');
}
