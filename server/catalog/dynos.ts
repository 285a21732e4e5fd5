import type { Price } from '../domain/pricing/price.ts';
import type { DecimalText } from '../domain/pricing/price-common.ts';
import { perMonth } from './price.ts';

/** A kind of dyno one can run. */
export interface DynoSize {
  /** Value of the `size` dimension. */
  size: string;
  name: string;
  generation: 'cedar' | 'fir';
  /** List price a month in US dollars, which is also the cap of a slot; `null` where the size is not sold singly. */
  monthly: DecimalText | null;
  /** What one slot-month takes from an Enterprise dyno-units license; `null` where the platform publishes none. */
  dynoUnits: DecimalText | null;
}

function cedar(
  size: string,
  name: string,
  monthly: DecimalText | null,
  dynoUnits: DecimalText | null = null,
): DynoSize {
  return { size, name, generation: 'cedar', monthly, dynoUnits };
}

function fir(shape: string, monthly: DecimalText): DynoSize {
  return {
    size: `dyno-${shape}`,
    name: `Dyno ${shape}`,
    generation: 'fir',
    monthly,
    dynoUnits: null,
  };
}

/** Every dyno size of the platform. Eco is sold as a pool (see the rate card). */
export const DYNO_SIZES: DynoSize[] = [
  cedar('eco', 'Eco', null),
  cedar('basic', 'Basic', '7.00', '0.28'),
  cedar('standard-1x', 'Standard-1X', '25.00', '1'),
  cedar('standard-2x', 'Standard-2X', '50.00', '2'),
  cedar('performance-m', 'Performance-M', '250.00', '8'),
  cedar('performance-l', 'Performance-L', '500.00', '16'),
  cedar('performance-l-ram', 'Performance-L-RAM', '500.00'),
  cedar('performance-xl', 'Performance-XL', '750.00'),
  cedar('performance-2xl', 'Performance-2XL', '1500.00'),
  cedar('private-s', 'Private-S', '225.00'),
  cedar('private-m', 'Private-M', '450.00'),
  cedar('private-l', 'Private-L', '900.00'),
  cedar('private-l-ram', 'Private-L-RAM', '500.00'),
  cedar('private-xl', 'Private-XL', '750.00'),
  cedar('private-2xl', 'Private-2XL', '1500.00'),
  cedar('shield-s', 'Shield-S', '270.00'),
  cedar('shield-m', 'Shield-M', '540.00'),
  cedar('shield-l', 'Shield-L', '1080.00'),
  cedar('shield-l-ram', 'Shield-L-RAM', '600.00'),
  cedar('shield-xl', 'Shield-XL', '900.00'),
  cedar('shield-2xl', 'Shield-2XL', '1800.00'),
  fir('1c-0.5gb', '25.00'),
  fir('2c-1gb', '50.00'),
  fir('1c-4gb', '80.00'),
  fir('1c-8gb', '100.00'),
  fir('2c-4gb', '150.00'),
  fir('2c-8gb', '160.00'),
  fir('2c-16gb', '250.00'),
  fir('4c-8gb', '300.00'),
  fir('4c-16gb', '320.00'),
  fir('4c-32gb', '500.00'),
  fir('8c-16gb', '600.00'),
  fir('8c-32gb', '640.00'),
  fir('8c-64gb', '750.00'),
  fir('16c-64gb', '1000.00'),
  fir('16c-32gb', '1200.00'),
  fir('16c-128gb', '1500.00'),
  fir('32c-64gb', '2400.00'),
];

/** 1,000 hours of one slot. */
const ECO_POOL_SECONDS: DecimalText = '3600000';

/** One price for each size sold singly, and the Eco pool: 1,000 hours for a flat fee, never prorated. */
export function dynoPrices(): Price[] {
  const eco: Price = {
    key: 'dyno.eco',
    meter: 'dyno',
    match: { size: 'eco' },
    description: 'Eco dynos, 1,000 shared hours',
    model: 'flat',
    amount: '5.00',
    // Changes no amount: it is how much of the pool there is.
    included: ECO_POOL_SECONDS,
  };
  const sized = DYNO_SIZES.flatMap((d) =>
    d.monthly === null
      ? []
      : [
          perMonth({
            key: `dyno.${d.size}`,
            meter: 'dyno',
            match: { size: d.size },
            description: `${d.name} dynos`,
            monthly: d.monthly,
            lineBy: ['app', 'process'],
          }),
        ],
  );
  return [eco, ...sized];
}
