import type { MeterDefinition } from '../../domain/meter.ts';
import { canTakeTheSame } from '../../domain/pricing/match.ts';
import { modelOf } from '../../domain/pricing/models/models.ts';
import type { Price } from '../../domain/pricing/price.ts';
import type { InputError } from '../endpoint/problem.ts';

/** What of a meter decides how it can be priced. */
export interface PricedMeter extends Pick<MeterDefinition, 'aggregation' | 'levels' | 'dimensions'> {
  /** What it is before, while the price is in force already: a price must be able to take that, too. */
  earlier?: readonly Pick<MeterDefinition, 'aggregation' | 'levels'>[];
}

/**
 * What is wrong among the prices of a version, or with the meters they name; none when nothing is. Pointers are into the
 * body of the request, whose `prices` these are.
 */
export function faultsOfPrices(
  prices: readonly Price[],
  meterOf: (key: string) => PricedMeter | undefined,
): InputError[] {
  return [
    ...repeatedKeys(prices),
    ...chargedTwice(prices),
    ...prices.flatMap((price, at) => {
      const meter = meterOf(price.meter);
      const detail = `There is no meter "${price.meter}"; GET /api/v1/meters lists them.`;
      return meter ? unlikeMeter(price, meter, at) : [{ pointer: `#/prices/${at}/meter`, detail }];
    }),
  ];
}

function repeatedKeys(prices: readonly Price[]): InputError[] {
  const first = new Map<string, number>();
  return prices.flatMap(({ key }, at) => {
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, at);
      return [];
    }
    return [{ pointer: `#/prices/${at}/key`, detail: `Price ${before} has the key "${key}" already.` }];
  });
}

/** Usage that two prices match would be on two charges. */
function chargedTwice(prices: readonly Price[]): InputError[] {
  const byMeter = new Map<string, { price: Price; at: number }[]>();
  const errors: InputError[] = [];
  for (const [at, price] of prices.entries()) {
    const others = byMeter.get(price.meter) ?? [];
    const both = others.find((other) => canTakeTheSame(price, other.price));
    if (both) {
      const detail = `Price ${both.at}, "${both.price.key}", can match the same usage of meter ${price.meter}, which would be charged twice; let them differ in a dimension.`;
      errors.push({ pointer: `#/prices/${at}/match`, detail });
    }
    byMeter.set(price.meter, [...others, { price, at }]);
  }
  return errors;
}

/** Prices whose key was another meter's in a version of the card before: a key means one charge, of one meter, for good. */
export function movedPrices(
  prices: readonly Price[],
  earlier: readonly { version: number; prices: readonly Price[] }[],
): InputError[] {
  return prices.flatMap(({ key, meter }, at) => {
    for (const { version, prices: before } of earlier) {
      const other = before.find((price) => price.key === key && price.meter !== meter);
      if (other === undefined) continue;
      const detail = `Price "${key}" is of meter ${other.meter} in version ${version} and cannot be of meter ${meter}; give it another key.`;
      return [{ pointer: `#/prices/${at}/meter`, detail }];
    }
    return [];
  });
}

/** What of the meter the price cannot take, in words; none when it can. */
export function faultsOfPrice(price: Price, meter: PricedMeter): string[] {
  return unlikeMeter(price, meter, 0).map(({ detail }) => detail);
}

function unlikeMeter(price: Price, meter: PricedMeter, at: number): InputError[] {
  const fault = (path: string, detail: string): InputError => ({ pointer: `#/prices/${at}/${path}`, detail });
  const named = [
    ...Object.keys(price.match ?? {}).map((name) => ({ name, path: `match/${name}` })),
    ...(price.lineBy ?? []).map((name, position) => ({ name, path: `lineBy/${position}` })),
  ];
  const errors = named
    .filter(({ name }) => !Object.hasOwn(meter.dimensions, name))
    .map(({ name, path }) => fault(path, `Meter ${price.meter} has no dimension "${name}"${suggestion(meter)}.`));
  const measures = [meter, ...(meter.earlier ?? [])];
  const unlike = (isLike: (measure: (typeof measures)[0]) => boolean) => measures.find((measure) => !isLike(measure));
  if (price.maximum?.scope === 'slot' && unlike(({ levels }) => levels === 'slots')) {
    errors.push(fault('maximum/scope', `Meter ${price.meter} counts no slots; give the maximum of the line.`));
  }
  const needed = modelOf(price).meter;
  const other = needed !== null && unlike(({ aggregation }) => aggregation === needed.aggregation);
  if (other) errors.push(fault('model', needed.because(price.meter, other.aggregation)));
  return errors;
}

function suggestion(meter: PricedMeter): string {
  const names = Object.keys(meter.dimensions);
  return names.length === 0 ? '' : `; it has ${names.join(', ')}`;
}
