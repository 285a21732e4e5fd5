import { isLevels } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import { type Meter, type MeterDefinition, type MeterRuling, rulesAt } from '../domain/meter.ts';
import { readDecimal } from '../events/decimal-text.ts';
import { numberText } from '../events/number-text.ts';
import type { Extracted } from '../events/stored-event.ts';
import { type EventFault, unfitText } from '../events/validate-event.ts';

const MAX_SLOTS = 10_000;
const MAX_TEXT = 256;

/** A definition ready to read events: its paths split. */
interface CompiledDefinition extends MeterDefinition {
  valueSteps: string[];
  /** In the order of the meter's dimension names; `null` where this definition has no such dimension. */
  dimensionSteps: (string[] | null)[];
}

/** A meter ready to read events. Its dimensions are those of all definitions it ever had, in the order of their names. */
export interface CompiledMeter extends Omit<Meter, 'rulings'>, CompiledDefinition {
  dimensionNames: string[];
  rulings?: readonly MeterRuling<CompiledDefinition>[];
}

/** Prepares a meter; paths are `$.a.b`. */
export function compileMeter({ rulings, ...meter }: Meter): CompiledMeter {
  const definitions = [meter, ...(rulings ?? []).flatMap(({ definition }) => definition ?? [])];
  const dimensionNames = [...new Set(definitions.flatMap(({ dimensions }) => Object.keys(dimensions)))].sort();
  const compiled = <Definition extends MeterDefinition>(definition: Definition) => ({
    ...definition,
    valueSteps: definition.valuePath === undefined ? [] : steps(definition.valuePath),
    dimensionSteps: dimensionNames.map((name) => {
      const path = Object.hasOwn(definition.dimensions, name) ? definition.dimensions[name] : undefined;
      return path === undefined ? null : steps(path);
    }),
  });
  return {
    ...compiled(meter),
    dimensionNames,
    ...(rulings === undefined
      ? {}
      : {
          rulings: rulings.map((ruling) => ({
            ...ruling,
            definition: ruling.definition === null ? null : compiled(ruling.definition),
          })),
        }),
  };
}

function steps(path: string): string[] {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((step) => step !== '');
}

/**
 * What an event adds to every meter that reads its type, each by the definition that rules when it happened. The one place
 * where values and dimensions are read out of events: at the door, when rolling, when rolling again and when verifying.
 * @returns the contributions, and for meters that cannot read this event why not
 */
export function extract(
  meters: readonly CompiledMeter[],
  { type, time, data }: { type: string; time: Micros; data: Record<string, unknown> },
): { extracted: Extracted[]; faults: EventFault[] } {
  const extracted: Extracted[] = [];
  const faults: EventFault[] = [];
  for (const meter of meters) {
    const definition = definitionAt(meter, time);
    // It read this type before, or will.
    if (definition === null || definition.eventType !== type) continue;
    const before = faults.length;
    const { value, textValue } = readValue(meter.key, definition, data, faults);
    const dimensions: string[] = [];
    for (const path of definition.dimensionSteps)
      dimensions.push(path === null ? '' : readDimension(path, data, faults));
    if (faults.length === before)
      extracted.push({ meter: meter.key, meterVersion: meter.version, dimensions, value, textValue });
  }
  return { extracted, faults };
}

/**
 * What of it may not become a value of a dimension or a value that is counted: asked at the door only. What is stored stays
 * read as it was, whatever was refused later, or a meter read again would lose it.
 */
export function unfitTexts(meters: readonly CompiledMeter[], extracted: readonly Extracted[]): EventFault[] {
  const faults: EventFault[] = [];
  for (const { meter: key, dimensions, textValue } of extracted) {
    const meter = meters.find((each) => each.key === key);
    if (meter === undefined) continue;
    const check = (path: readonly string[], text: string) => {
      const unfit = unfitText(text);
      if (unfit === null) return;
      faults.push({ pointer: `/data/${path.join('/')}`, detail: `${unfit} (meter ${key} reads it)` });
    };
    dimensions.forEach((value, i) => {
      check(meter.dimensionSteps[i] ?? [], value);
    });
    check(meter.valueSteps, textValue);
  }
  return faults;
}

/** What the meter is at an instant; `null` where it takes no part. */
function definitionAt(meter: CompiledMeter, at: Micros): CompiledDefinition | null {
  if (meter.rulings === undefined) return meter;
  return meter.rulings.findLast((ruling) => rulesAt(ruling, at))?.definition ?? null;
}

type Value = Pick<Extracted, 'value' | 'textValue'>;

const ONE: Value = { value: '1', textValue: '' };
const NONE: Value = { value: '0', textValue: '' };

function readValue(key: string, meter: CompiledDefinition, data: Record<string, unknown>, faults: EventFault[]): Value {
  if (meter.aggregation === 'count') return ONE;
  const read = valueIn(meter, at(data, meter.valueSteps));
  if (typeof read !== 'string') return read;
  faults.push({ pointer: `/data/${meter.valueSteps.join('/')}`, detail: `${read} (meter ${key} reads it)` });
  return NONE;
}

/** The value, or in words what is wrong with it. */
function valueIn(meter: CompiledDefinition, read: unknown): Value | string {
  if (meter.aggregation === 'unique') {
    const text = numberText(read) ?? read;
    if (text === undefined) return 'is missing';
    if (typeof text !== 'string') return 'must be text or a number';
    if (text === '' || text.length > MAX_TEXT) return `must have 1 to ${MAX_TEXT} characters`;
    return { value: '0', textValue: text };
  }
  const reading = readDecimal(read);
  if ('problem' in reading) return reading.problem;
  if (isLevels(meter.aggregation)) {
    if (reading.decimal.startsWith('-')) return 'must not be negative';
    if (
      meter.levels === 'slots' &&
      (reading.decimal.includes('.') || reading.decimal.length > 5 || Number.parseInt(reading.decimal, 10) > MAX_SLOTS)
    ) {
      return `must be a whole number of slots, at most ${MAX_SLOTS}`;
    }
  }
  return { value: reading.decimal, textValue: '' };
}

function readDimension(path: readonly string[], data: Record<string, unknown>, faults: EventFault[]): string {
  const value = at(data, path);
  if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
  if (value === undefined || value === null) return '';
  const text = typeof value === 'boolean' ? String(value) : (numberText(value) ?? value);
  if (typeof text === 'string' && text.length <= MAX_TEXT) return text;
  const detail =
    typeof text === 'string' ? `must have at most ${MAX_TEXT} characters` : 'must be text, a number or a boolean';
  faults.push({ pointer: `/data/${path.join('/')}`, detail });
  return '';
}

/** Own properties only: `constructor` is no value of an event. */
function at(data: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
