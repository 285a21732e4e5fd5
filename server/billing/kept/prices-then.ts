import { z } from 'zod';

/** What prices a period was charged by: versions, which are never edited, so that their names are enough. */
export interface PricesThen {
  /** In the order they ruled; none where nothing had a price. */
  prices: PriceThen[];
  licenses: LicenseThen[];
  meters: MeterThen[];
}

/** A version of a rate card, less the discount that came off its charges. */
export interface PriceThen {
  /** From when in the period it ruled, RFC 3339; `null`: from the instant it took effect. */
  from: string | null;
  rateCard: string;
  version: number;
  discountPercent: string;
  /** Absent where it was not kept apart: the account's then. */
  taxPercent?: string;
}

/**
 * A version of a license; `from` and `to` are the part of its term in which it ruled, `null` of both: all of it. Versions of
 * one license follow each other.
 */
export interface LicenseThen {
  id: string;
  version: number;
  from: string | null;
  to: string | null;
}

/** The version of a meter that a stored document was made with. */
export interface MeterThen {
  key: string;
  version: number;
}

const version = z.int().min(1);

/** Of what every form since the second keeps of them. */
export const pricesThenSchema = {
  prices: z.array(
    z.looseObject({
      from: z.string().nullable(),
      rateCard: z.string(),
      version,
      discountPercent: z.string(),
      taxPercent: z.string().optional(),
    }),
  ),
  licenses: z.array(z.looseObject({ id: z.string(), version, from: z.string().nullable(), to: z.string().nullable() })),
  meters: z.array(z.looseObject({ key: z.string(), version })),
};
