import { digitsOf, divideDecimal, exactText, roundDecimal, scaleOf } from '#server/domain/decimal.ts';
import { durationText } from '#server/domain/duration.ts';
import { clockText } from './clock.ts';

/** What a quantity needs of its meter to be shown. */
export interface Measure {
  unit: string;
}

/** A quantity ready to show. */
export interface QuantityText {
  /** As cards show it, rounded: `1,204 h 33 min`. */
  short: string;
  /** What `short` counts: `dyno-hours`. */
  unit: string;
  /** Every digit, in the meter's own unit: `4,336,387.5 dyno-seconds`. */
  exact: string;
  /** Whether `short` hides digits that `exact` shows. */
  rounded: boolean;
}

/** Sizes of data, which have parts: 1.5 GB for an hour is 1.5 GB-hours, while dynos and add-ons run for h and min. */
const PARTIBLE = /^([KMGTP]i?)?B$/;
const MOST_WHOLE_DIGITS = 15;

/** Whether quantities of the meter read as durations, `12 h 5 min`, which name their units themselves. */
export function readsAsDuration({ unit }: Measure): boolean {
  return kindOf(unit) === 'running time';
}

/** A quantity of a meter as text; `quantity` is an exact decimal in the meter's unit. */
export function quantityText({ unit }: Measure, quantity: string): QuantityText {
  const exact = `${exactText(quantity)} ${unit}`;
  switch (kindOf(unit)) {
    case 'running time':
      return {
        short: durationText(quantity, 'shown'),
        unit: hoursOf(unit),
        exact,
        rounded: clockHides(quantity),
      };
    case 'amount over time': {
      const hours = divideDecimal(quantity, 3600n, 2);
      return { short: exactText(hours), unit: hoursOf(unit), exact, rounded: true };
    }
    case 'number': {
      const short = shortNumber(quantity);
      return { short, unit, exact, rounded: short !== exactText(quantity) };
    }
  }
}

/** How a table column of this meter writes its cells: every digit, with `scale` of them behind the point. */
export function cellText({ unit }: Measure, quantity: string, scale: number): string {
  return kindOf(unit) === 'running time' ? clockText(quantity, scale) : exactText(quantity, scale);
}

/** What the cells of such a column are in: `h:min:s` for running time, else the meter's unit. */
export function cellUnit({ unit }: Measure): string {
  return kindOf(unit) === 'running time' ? 'h:min:s' : unit;
}

/** The most digits behind the point among the quantities of a column, so that its points align. */
export function columnScale(quantities: (string | null)[]): number {
  return quantities.reduce((most, q) => Math.max(most, q === null ? 0 : scaleOf(q)), 0);
}

/** Seconds per unit of a chart's axis, and the unit's name: time is read in hours, everything else as it is. */
export function axisUnit({ unit }: Measure): { divisor: number; name: string } {
  return kindOf(unit) === 'number' ? { divisor: 1, name: unit } : { divisor: 3600, name: hoursOf(unit) };
}

/** What so much over time is told in: `h` or `GB-h`, and `s` or `GB-s`; `null` where the unit is no time. */
export function hourUnit(unit: string): { hours: string; seconds: string } | null {
  switch (kindOf(unit)) {
    case 'running time':
      return { hours: 'h', seconds: 's' };
    case 'amount over time': {
      const of = unit.replace(/-seconds$/, '');
      return { hours: `${of}-h`, seconds: `${of}-s` };
    }
    case 'number':
      return null;
  }
}

function kindOf(unit: string): 'running time' | 'amount over time' | 'number' {
  if (unit === 'seconds') return 'running time';
  const of = /^(.+)-seconds$/.exec(unit)?.[1];
  if (of === undefined) return 'number';
  return PARTIBLE.test(of) ? 'amount over time' : 'running time';
}

function hoursOf(unit: string): string {
  return unit === 'seconds' ? 'hours' : unit.replace(/-seconds$/, '-hours');
}

function clockHides(seconds: string): boolean {
  const { whole, fraction } = digitsOf(seconds);
  const all = BigInt(whole);
  return all >= 3600n ? fraction !== '' || all % 60n !== 0n : all >= 60n ? fraction !== '' : fraction.length > 3;
}

/** Two digits behind the point above 1, three significant ones below; beyond 15 whole digits a power of ten. */
function shortNumber(quantity: string): string {
  const { negative, whole, fraction } = digitsOf(quantity);
  if (whole.length > MOST_WHOLE_DIGITS) {
    const mantissa = exactText(roundDecimal(`${whole[0]}.${whole.slice(1)}`, 4));
    return `${negative ? '−' : ''}${mantissa} × 10${superscript(whole.length - 1)}`;
  }
  const leadingZeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  return exactText(roundDecimal(quantity, whole === '0' ? leadingZeros + 3 : 2));
}

function superscript(n: number): string {
  return String(n).replace(/\d/g, (d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)] ?? d);
}
