import { isLosslessNumber } from 'lossless-json';
import { endOfString, skipBlanks } from './json-scan.ts';

/**
 * The first name that stands twice in one object of a JSON text, or `null`. RFC 8259 (section 4) leaves open which of the two
 * counts, and parsers differ, so neither may.
 * @param parsed what a parser made of the same text: it has kept one of the two
 * @param written how many members are written in the text, as `scanJson` counts them
 */
export function repeatedName(text: string, parsed: unknown, written: number): string | null {
  return written === membersKept(parsed) ? null : firstRepeated(text);
}

/** The same, as a reason. */
export function repeatedNameText(name: string): string {
  return `the name ${JSON.stringify(name.slice(0, 80).toWellFormed())} stands twice in one object`;
}

/** Not by recursion: how deep a body is nested is found out later. */
function membersKept(parsed: unknown): number {
  let members = 0;
  const left: unknown[] = [parsed];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null || isLosslessNumber(value)) continue;
    if (Array.isArray(value)) {
      for (const child of value) if (typeof child === 'object') left.push(child);
      continue;
    }
    for (const name of Object.keys(value)) {
      members++;
      const child = (value as Record<string, unknown>)[name];
      if (typeof child === 'object') left.push(child);
    }
  }
  return members;
}

/** Of a text that is JSON and has one. */
function firstRepeated(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const names = open.at(-1);
    if (names && text[skipBlanks(text, end)] === ':') {
      const name: string = JSON.parse(text.slice(at, end));
      if (names.has(name)) return name;
      names.add(name);
    }
    at = end - 1;
  }
  return null;
}
