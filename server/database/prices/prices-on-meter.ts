import { sql } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { rulingsOf } from '../../domain/timeline.ts';
import type { Queries } from '../database.types.ts';
import { rateCardVersions } from '../schema/rate-cards.ts';
import { rateCardVersionsOf } from './rate-cards.ts';

/** A price of a rate card version, and the version's place. */
export interface PriceInForce {
  card: string;
  version: number;
  price: Price;
}

/** The prices on a meter, of any rate card, that are in force at some time in `[from, to)`; in microseconds, infinite ones too. */
export async function pricesOnMeter(
  queries: Queries,
  meter: string,
  { from, to }: { from: number; to: number },
): Promise<PriceInForce[]> {
  const named = JSON.stringify([{ meter }]);
  const cards = await queries
    .selectDistinct({ key: rateCardVersions.key })
    .from(rateCardVersions)
    .where(sql`${rateCardVersions.prices}::jsonb @> ${named}::jsonb`)
    .orderBy(rateCardVersions.key);
  const inForce: PriceInForce[] = [];
  for (const { key } of cards) {
    const versions = (await rateCardVersionsOf(queries, key)).map(({ version, effectiveFrom, prices }) => ({
      version,
      effectiveFrom: microsOf(effectiveFrom),
      value: prices,
    }));
    for (const ruling of rulingsOf(versions)) {
      if (ruling.to <= from || ruling.from >= to) continue;
      for (const price of ruling.value) {
        if (price.meter === meter) inForce.push({ card: key, version: ruling.version, price });
      }
    }
  }
  return inForce;
}
