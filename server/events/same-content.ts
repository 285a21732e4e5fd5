import { isLosslessNumber } from 'lossless-json';
import { exactInstant } from './event-time.ts';
import { parseExact } from './exact-json.ts';
import { numberText } from './number-text.ts';

/**
 * Attributes that tell of a delivery or of what is known of the event anyway, not of what happened: the trace of a request
 * (extension "distributed tracing"), and the account, which is part of the key that both came under.
 */
const OF_THE_DELIVERY = new Set(['traceparent', 'tracestate', 'account']);
/** CloudEvents 1.0.2, JSON format, section 3.1: what `data` is when nothing is said. */
const JSON_DATA = /^application\/json(; *charset="?utf-8"?)?$/i;

/**
 * What an envelope says, whatever the order of its keys, the spelling of its numbers and of its instant, the mode it was sent in,
 * and the delivery it came by. Two envelopes under one key say the same exactly when these are equal.
 * Asked only where hashes differ, which is rare; keep it where one is compared with many.
 */
export function contentOf(envelope: string): string {
  return said(parseExact(envelope));
}

/** Whether two envelopes under one key say the same. */
export function sameContent(one: string, other: string): boolean {
  return one === other || contentOf(one) === contentOf(other);
}

function said(envelope: unknown): string {
  if (typeof envelope !== 'object' || envelope === null || isLosslessNumber(envelope)) return canonical(envelope);
  const attributes = Object.entries(envelope).flatMap(([name, value]) => {
    if (name === 'data') return [[name, value] as const];
    const text = attributeText(name, value);
    return text === null ? [] : [[name, text] as const];
  });
  return canonical(Object.fromEntries(attributes));
}

/** An attribute as binary mode writes it, which knows text only; `null` for one that is absent or says nothing of the event. */
function attributeText(name: string, value: unknown): string | null {
  if (value === null || OF_THE_DELIVERY.has(name)) return null;
  if (isLosslessNumber(value)) return canonical(value);
  const text = String(value);
  if (name === 'datacontenttype' && JSON_DATA.test(text)) return null;
  return name === 'time' ? (exactInstant(text) ?? text) : text;
}

function canonical(value: unknown): string {
  const number = numberText(value);
  if (number !== undefined) return number;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
