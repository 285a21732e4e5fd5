import { isLosslessNumber } from 'lossless-json';

/**
 * The first name that stands twice in one object of a JSON text, or `null`. RFC 8259 (section 4) leaves open which of the two
 * counts, and parsers differ, so neither may. `parsed` is what a parser made of the same text: it has kept one of the two.
 */
export function repeatedName(text: string, parsed: unknown): string | null {
  return membersWritten(text) === membersKept(parsed) ? null : firstRepeated(text);
}

/** The same, as a reason. */
export function repeatedNameText(name: string): string {
  return `the name ${JSON.stringify(name.slice(0, 80).toWellFormed())} stands twice in one object`;
}

/** Strings before a colon. Every event passes here: strings are jumped over, not read. */
function membersWritten(text: string): number {
  let members = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = endOfString(text, at);
    if (isColon(text, at)) members++;
  }
  return members;
}

/** @returns the place behind the closing quote */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

function isColon(text: string, from: number): boolean {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at);
  return code === 0x3a;
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
    if (names && isColon(text, end)) {
      const name: string = JSON.parse(text.slice(at, end));
      if (names.has(name)) return name;
      names.add(name);
    }
    at = end - 1;
  }
  return null;
}
