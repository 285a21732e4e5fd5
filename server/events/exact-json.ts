import { randomBytes } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';
import { type ScannedValue, scanJson } from './json-scan.ts';

/** Nobody outside knows it, so no text that is sent holds it. */
const MARK = `#number-${randomBytes(16).toString('hex')}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number that is kept as it was written. */
class ExactNumber extends LosslessNumber {
  /** For `exactJson` alone: it takes the mark away again. */
  toJSON(): string {
    return MARK + this.value;
  }
}

/**
 * What a scanned part of a text says, with every number that `JSON.parse` might not keep as a `LosslessNumber`. The work is
 * `JSON.parse`'s: such numbers are strings with a mark to it.
 * @throws SyntaxError when it is not JSON
 */
export function parseScanned(text: string, { from, to, exact }: ScannedValue): unknown {
  if (exact.length === 0) return JSON.parse(text.slice(from, to));
  const pieces: string[] = [];
  let at = from;
  for (let i = 0; i < exact.length; i += 2) {
    const number = text.slice(exact[i], exact[i + 1]);
    if (!NUMBER.test(number)) throw new SyntaxError('a number is spelled wrong');
    pieces.push(text.slice(at, exact[i]), '"', MARK, number, '"');
    at = exact[i + 1] as number;
  }
  pieces.push(text.slice(at, to));
  return withNumbers(JSON.parse(pieces.join('')));
}

/** The same of a whole text. */
export function parseExact(text: string): unknown {
  const scanned = scanJson(text, Number.POSITIVE_INFINITY);
  if (scanned === null) throw new SyntaxError('an array does not end');
  const values = scanned.items.map((item) => parseScanned(text, item));
  return scanned.isArray ? values : values[0];
}

/** JSON of a value, with every digit of its numbers. */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.includes(MARK) ? text.replace(MARKED, '$1') : text;
}

/** Changes the parsed value itself. Not by recursion: how deep it is has been bounded only for events. */
function withNumbers(root: unknown): unknown {
  if (isMarked(root)) return numberOf(root);
  const left: unknown[] = [root];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const members = value as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      const child = members[name];
      if (isMarked(child)) members[name] = numberOf(child);
      else if (typeof child === 'object' && child !== null) left.push(child);
    }
  }
  return root;
}

function isMarked(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK);
}

function numberOf(marked: string): ExactNumber {
  return new ExactNumber(marked.slice(MARK.length));
}
