import { z } from 'zod';
import { type Kind, newestForm, readKept } from './forms.ts';
import { type PricesThen, pricesThenSchema } from './prices-then.ts';

/** What a final invoice was computed with, beside its content, so that it can be computed again for late events. */
export type InvoiceVersions = PricesThen;

/** As invoices kept it before forms had numbers. */
const first = z.looseObject({
  rateCard: z.object({ key: z.string(), discountPercent: z.string(), versions: z.array(z.int()) }).nullable(),
  licenses: z.array(z.object({ id: z.string(), version: z.int() })),
  meters: z.array(z.object({ key: z.string(), version: z.int() })),
});

const VERSIONS: Kind<InvoiceVersions> = {
  name: 'what an invoice was computed with',
  steps: [
    // 2: a list of what ruled, each with its discount, since more than one card may rule in a period.
    (kept) => {
      const { rateCard, licenses, meters } = first.parse(kept);
      const { key = '', discountPercent = '0', versions = [] } = rateCard ?? {};
      return {
        prices: versions.map((version) => ({ from: null, rateCard: key, version, discountPercent })),
        licenses: licenses.map((license) => ({ ...license, from: null, to: null })),
        meters,
      };
    },
  ],
  schema: z.looseObject(pricesThenSchema),
};

/** The versions to keep, with the number of their form. */
export function versionsToKeep(versions: InvoiceVersions): InvoiceVersions & { form: number } {
  return { ...versions, form: newestForm(VERSIONS) };
}

/** What an invoice was computed with, as it was kept. @throws KeptFormError */
export function readVersions(kept: unknown): InvoiceVersions {
  return readKept(VERSIONS, kept);
}
