import { z } from 'zod';
import { chargeIdOf } from '../../billing/charge-id.ts';
import { type Kind, newestForm, readKeptText } from '../../billing/kept/forms.ts';
import { type PricesThen, pricesThenSchema } from '../../billing/kept/prices-then.ts';
import type { Micros } from '../../domain/instant.ts';
import { readEventTime, toRfc3339 } from '../../domain/instant.ts';

/**
 * What the levels below a frozen explanation are read with: ids and versions, which stay what they are. Nobody is shown it.
 * Instants are RFC 3339.
 */
export interface Basis extends PricesThen {
  accountId: string;
  chargeId: string;
  /** Which charge of the period it is. */
  line: { priceKey: string; lineValues: Record<string, string> };
  period: { key: string; from: string; to: string; timeZone: string };
  /** The invoice the charge was on; `current` or the period's key while it was computed. */
  invoice: { id: string; number: string | null; state: 'projected' | 'draft' | 'final' | 'void' };
  currency: string;
  minorUnit: number;
  taxPercent: string;
  /** Every event received up to here is in the numbers. */
  meteredThrough: string;
  /** Intervals that were open ran to here. */
  through: string;
  /** Makes the names that stand for hidden ones, and seals cursors. */
  secret: string;
}

const text = z.string();
const version = z.int().min(1);

/** As it was kept before forms had numbers: the charge as it was found, with all that it was found with. */
const first = z.looseObject({
  found: z.object({
    account: z.object({ id: text, currency: text, timeZone: text, taxPercent: text }),
    period: z.object({ from: z.int(), to: z.int() }),
    pricing: z.object({
      rateCard: z.object({
        key: text,
        discountPercent: text,
        versions: z.array(z.object({ version, effectiveFrom: text })),
      }),
      licenses: z.array(z.object({ id: text, version, from: text, to: text })),
    }),
    line: z.object({ priceKey: text, lineValues: z.record(text, text) }),
    invoice: z.object({
      id: text,
      number: text.nullable(),
      state: text,
      period: z.object({ key: text, from: text, to: text, timeZone: text }),
      currency: text,
      minorUnit: z.int(),
    }),
    meters: z.array(z.object({ key: text, version })),
    meteredThrough: z.int(),
    through: z.int(),
  }),
  secret: text,
});

const BASIS: Kind<Basis> = {
  name: 'the basis of a frozen explanation',
  steps: [
    // 2: names in the place of accounts, prices, licenses and meters written out; and which versions ruled, from when.
    (kept) => {
      const { found, secret } = first.parse(kept);
      const { account, pricing, line, invoice, meters } = found;
      const { key: rateCard, discountPercent, versions } = pricing.rateCard;
      const { id, number, state, period, currency, minorUnit } = invoice;
      return {
        accountId: account.id,
        chargeId: chargeIdOf(period.key, line),
        ...{ line, period },
        invoice: { id, number, state },
        prices: rulingIn(found.period, versions).map((ruling) => ({ ...ruling, rateCard, discountPercent })),
        licenses: pricing.licenses,
        meters,
        ...{ currency, minorUnit, taxPercent: account.taxPercent },
        meteredThrough: toRfc3339(found.meteredThrough),
        through: toRfc3339(found.through),
        secret,
      };
    },
  ],
  schema: z.looseObject({
    ...pricesThenSchema,
    accountId: text,
    chargeId: text,
    line: z.looseObject({ priceKey: text, lineValues: z.record(text, text) }),
    period: z.looseObject({ key: text, from: text, to: text, timeZone: text }),
    invoice: z.looseObject({ id: text, number: text.nullable(), state: text }),
    currency: text,
    minorUnit: z.int().min(0),
    ...{ taxPercent: text, meteredThrough: text, through: text, secret: text },
  }),
};

/** Each version that ruled in a period, from the instant it did. */
function rulingIn(
  { from, to }: { from: Micros; to: Micros },
  versions: readonly { version: number; effectiveFrom: string }[],
): { version: number; from: string }[] {
  const rising = versions
    .map(({ version, effectiveFrom }) => ({ version, at: Math.max(from, readEventTime(effectiveFrom) as Micros) }))
    .filter(({ at }) => at < to)
    .sort((a, b) => a.at - b.at);
  return rising
    .filter(({ at }, i) => rising[i + 1]?.at !== at)
    .map(({ version, at }) => ({ version, from: toRfc3339(at) }));
}

/** The text to keep, with the number of its form. */
export function basisToKeep(basis: Basis): string {
  return JSON.stringify({ form: newestForm(BASIS), ...basis });
}

/** What the levels below are read with, from its kept text. @throws KeptFormError */
export function readBasis(kept: string): Basis {
  return readKeptText(BASIS, kept);
}
