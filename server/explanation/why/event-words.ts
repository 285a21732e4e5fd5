import { isLevels } from '../../domain/aggregation.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import { TELLS_NO_NAME } from '../charge/names.ts';
import type { EventSaid } from '../explanation.types.ts';
import { actorOf } from './event-said.ts';

type Said = Record<string, unknown>;
type Saying = Pick<RegisteredMeter, 'aggregation' | 'eventType' | 'valuePath' | 'dimensions'>;

/** A member of an event's data, without what is around it: `$.quantity`. */
const MEMBER = /^\$\.([A-Za-z_]\w*)$/;
const NUMBER = /^-?\d{1,20}(\.\d{1,12})?$/;
const LONGEST = 100;

/** What an event says happened, and who did it, as a meter understands it. */
export function wordsOfEvent(meter: Saying, event: Said): EventSaid {
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Said;
  const [by, cause] = [actorOf(event), textOf(data.cause)];
  return {
    what: thingOf(textOf(event.type) ?? meter.eventType),
    change: changesIn(meter, data).join(', '),
    by,
    ...(cause === null || cause === by ? {} : { cause }),
  };
}

/** `platform.formation.changed` is about a formation: what comes before what happened to it. */
function thingOf(type: string): string {
  const parts = type.split('.').filter((part) => part !== '');
  return parts.at(-2) ?? parts.at(-1) ?? type;
}

/** `1 → 5`, `standard-1x → performance-l`: what it went from and to; of a level also `to 5`, where not what it was before. */
function changesIn({ aggregation, valuePath, dimensions }: Saying, data: Said): string[] {
  const told = Object.entries(dimensions).filter(([name]) => TELLS_NO_NAME.has(name));
  const value = sidesOf(valuePath ?? '', data, numberOf);
  const isTold = value.before === null && value.now !== null && isLevels(aggregation);
  const sides = [value, ...told.map(([, path]) => sidesOf(path, data, textOf))];
  const changed = sides.flatMap(({ before, now }) =>
    before === null || now === null || before === now ? [] : [`${before} → ${now}`],
  );
  return isTold ? [`to ${value.now}`, ...changed] : changed;
}

/** Of `$.quantity` also what stands beside it as `$.previousQuantity`. */
function sidesOf(path: string, data: Said, read: (value: unknown) => string | null) {
  const name = MEMBER.exec(path)?.[1];
  if (name === undefined) return { before: null, now: null };
  const before = read(data[`previous${name.charAt(0).toUpperCase()}${name.slice(1)}`]);
  return { before, now: read(data[name]) };
}

function numberOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && NUMBER.test(text) ? text : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : null;
}
