import type { QueryParams } from './lane.ts';

type Param = string | number | boolean | readonly Param[];

/**
 * Puts bound parameters into a statement as typed literals: `{name:Type}` becomes `CAST(literal AS Type)`.
 *
 * Only for the embedded engine. Its own binding is not safe between sessions, so its driver runs every statement with
 * parameters one after another, whatever the session: a page's query would wait for the roller's, and the writer too.
 * The SQL is read once, so what a value holds is never taken for a placeholder.
 * @throws Error when a placeholder has no value
 */
export function inlineParams(sql: string, params: QueryParams): string {
  return sql.replace(/\{(\w+):([^{}]+)\}/g, (_, name: string, type: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`statement parameter "${name}" has no value`);
    return `CAST(${literal(value)} AS ${type})`;
  });
}

function literal(value: Param): string {
  if (typeof value === 'string')
    return `'${value.replace(/[\\'\0\b\f\n\r\t]/g, (character) => ESCAPES[character] ?? '')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`;
  return String(value);
}

/** Backslash and quote could end the literal; the others only keep statements readable on one line. */
const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
