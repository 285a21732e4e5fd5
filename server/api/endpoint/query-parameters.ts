import type { Request } from 'express';
import { z } from 'zod';
import { Problem } from './problem.ts';

/** `filterGroupBy[app]`: the name of a record and one of its keys. What else stands in brackets is a name like any other. */
const OF_RECORD = /^(\w+)\[([a-z][a-z0-9_]*)\]$/;

/**
 * The parameters of a query: a repeated name is a list, and `name[key]` is an entry where the schema has a record by that
 * name. Brackets mean nothing else, so that what no schema knows keeps the name it was sent by, and is refused by it.
 * @throws Problem 400 for bytes that are no UTF-8, which would become a filter nobody wrote
 */
export function queryParameters(req: Request, schema: z.ZodType): Record<string, unknown> {
  const [, text = ''] = /\?(.*)$/s.exec(req.originalUrl) ?? [];
  const records = new Map<string, Map<string, string | string[]>>();
  const plain = new Map<string, string | string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [[name = '', value = ''] = []] = new URLSearchParams(pair);
    if (!isUtf8(pair)) {
      const detail = 'Has a percent sign that does not begin a valid UTF-8 escape; write it as %25.';
      throw new Problem(400, `?${name}: ${detail}`, { errors: [{ pointer: `?${name}`, detail }] });
    }
    const [, record = '', key = ''] = OF_RECORD.exec(name) ?? [];
    if (!isRecord(schema, record)) add(plain, name, value);
    else {
      const entries = records.get(record) ?? new Map();
      records.set(record, entries);
      add(entries, key, value);
    }
  }
  const nested = [...records].map(([name, entries]) => [name, Object.fromEntries(entries)] as const);
  // A record that comes as plain text as well is that text's fault.
  return Object.fromEntries([...nested, ...plain]);
}

function add(query: Map<string, string | string[]>, name: string, value: string): void {
  const before = query.get(name);
  query.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]);
}

function isUtf8(pair: string): boolean {
  try {
    decodeURIComponent(pair);
    return true;
  } catch {
    return false;
  }
}

function isRecord(schema: z.ZodType, name: string): boolean {
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, name)) return false;
  let inner: unknown = schema.shape[name];
  while (inner instanceof z.ZodOptional) inner = inner.unwrap();
  return inner instanceof z.ZodRecord;
}
