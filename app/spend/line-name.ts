import type { InvoiceLine } from '#server/billing/invoice.types.ts';

/** Which app, which process a line is of: `acme-api · web`; `''` for a line of the whole account. */
export function lineName({ lineValues }: Pick<InvoiceLine, 'lineValues'>): string {
  return Object.values(lineValues)
    .map((value) => (value === '' ? 'without a name' : value))
    .join(' · ');
}

/** What people call the part of the bill a price belongs to. */
export function productOf({ priceKey, corrects }: Pick<InvoiceLine, 'priceKey' | 'corrects'>): string {
  if (corrects) return 'Corrections of earlier invoices';
  return PRODUCTS[priceKey.split('.')[0] ?? ''] ?? 'Other';
}

const PRODUCTS: Record<string, string> = {
  dyno: 'Dynos',
  addon: 'Add-ons',
  storage: 'Database storage',
  inference: 'Managed inference',
  space: 'Spaces',
  connect: 'Connect',
};

/** Where the charges of a product begin on an invoice's page. */
export function productId(product: string): string {
  return product.toLowerCase().replaceAll(' ', '-');
}
