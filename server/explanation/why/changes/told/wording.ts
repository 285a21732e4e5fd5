import { type Micros, microsOf, toRfc3339 } from '../../../../domain/instant.ts';
import { licenseIn } from '../../../../domain/license-terms.ts';
import type { MeterRegistry } from '../../../../metering/registry.ts';
import { meterIn } from '../../../../metering/stretches.ts';
import { termsText } from '../../price-change.ts';
import { instantWords } from '../../sentence.ts';
import type { Compared } from '../compared.ts';
import type { ReadSpans } from '../terms/read-spans.ts';
import type { Wording } from './driver-words.ts';
import type { Hidden } from './hidden-drivers.ts';
import type { Happening } from './told-drivers.ts';

/** What a difference is worded with, and when what no event tells happened. */
export interface FullWording extends Wording {
  timeZone: string;
  /** When a license ran out or ended, or a price changed, between the spans; `null` where it is of something else. */
  newsAt: (happening: Happening) => Micros | null;
  /** Whether it is of the time that is compared. */
  isBetween: (instant: Micros) => boolean;
  /** What is not told. */
  hidden: Hidden;
}

/** Words for what is compared: of the latest of its periods. */
export function wordingOf(registry: MeterRegistry, { periods, at, hidden }: Compared): FullWording {
  const latest = periods.at(-1) as ReadSpans;
  const { timeZone } = latest.period;
  const licenses = new Map(
    periods.flatMap(({ pricing, period }) =>
      pricing.licenses.map((license) => [license.id, licenseIn(license, period)?.product ?? license.product] as const),
    ),
  );
  const products = [...new Set(licenses.values())];
  const productOf = (id: string) => {
    const product = licenses.get(id);
    if (product === undefined) return 'A license';
    return hidden.naming === null ? product : `License ${products.indexOf(product) + 1}`;
  };
  const words = (instant: Micros) => instantWords(toRfc3339(instant), timeZone);
  const since = Math.min(...at.before.map(({ from }) => from));
  // What happened before both spans, or after them, makes no difference between them; nor what is yet to come.
  const until = Math.min(at.now.to, latest.through);
  const isBetween = (instant: Micros) => instant >= since && instant < until;
  const ranOut = (product: string): Micros | null => {
    const pools = periods.flatMap((read) => read.licenses).filter(({ licenseId }) => productOf(licenseId) === product);
    return pools.flatMap(({ exhaustedAt }) => exhaustedAt ?? []).findLast(isBetween) ?? null;
  };
  const ended = (product: string): Micros | null => {
    const own = latest.pricing.licenses.filter(({ id }) => productOf(id) === product);
    const last = Math.max(0, ...own.map(({ to }) => microsOf(to)));
    return last < latest.through && isBetween(last) ? last : null;
  };
  const priceChanged = (key: string) => priceChangeOf(latest, key, isBetween);
  return {
    ...{ currency: latest.pricing.account.currency, minorUnit: latest.pricing.minorUnit, timeZone, productOf },
    ...{ isBetween, hidden },
    measureOf: (key) => {
      const meter = registry.current(key);
      return meter ? meterIn(meter, latest.period) : { aggregation: 'sum', unit: '' };
    },
    newsAt: ({ kind, drivers: [driver] }) => {
      if (kind === 'price') return priceChanged(driver?.price.key ?? '');
      const product = productOf(driver?.licenseId ?? '');
      return kind === 'license' ? (ranOut(product) ?? ended(product)) : null;
    },
    priceNews: (key) => {
      const changed = priceChanged(key);
      return changed === null ? null : words(changed);
    },
    licenseNews: (product) => {
      const [out, end] = [ranOut(product), ended(product)];
      if (out !== null) return `ran out on ${words(out)}`;
      return end === null ? null : `ended on ${words(end)}`;
    },
  };
}

/** When what a price charges changed last within what is compared, as far as it is metered; `null` where it did not. */
function priceChangeOf(
  { pricing: { rulings }, through }: ReadSpans,
  key: string,
  isBetween: (instant: Micros) => boolean,
): Micros | null {
  const told = rulings.flatMap(({ from, prices }) => {
    const price = prices.find((each) => each.key === key);
    return price === undefined || from > through ? [] : [{ from, terms: termsText(price) }];
  });
  return told.findLast(({ from, terms }, i) => i > 0 && told[i - 1]?.terms !== terms && isBetween(from))?.from ?? null;
}
