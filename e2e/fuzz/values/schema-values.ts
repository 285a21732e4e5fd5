import fc from 'fast-check';
import type { Random } from './random.ts';

/** As much of JSON Schema (2020-12, as OpenAPI 3.1 has it) as the document of the API uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
}

/** What somebody who knows the product would write under a name; `undefined`: nothing in particular. */
export type Hint = (name: string, schema: Schema) => unknown;

const OPTIONAL = 0.4;
const MOST_ITEMS = 3;
const texts = new Map<string, fc.Arbitrary<string>>();

/**
 * A value that the schema allows.
 * @param schemas what `$ref` names
 * @param name of the field or parameter it is for, or of the schema
 */
export function sampleOf(
  schema: Schema,
  { schemas, random, hint }: { schemas: Record<string, Schema>; random: Random; hint: Hint },
  name = '',
): unknown {
  const within = { schemas, random, hint };
  const hinted = hint(name, schema);
  if (hinted !== undefined) return hinted;
  if (schema.$ref !== undefined) {
    const named = schema.$ref.split('/').at(-1) ?? '';
    return sampleOf(schemas[named] ?? {}, within, named);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return sampleOf(random.pick(choices), within, name);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => sampleOf(part, within, name) as object));
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  switch (type) {
    case 'object': {
      const { properties = {}, required = [], additionalProperties } = schema;
      const names = Object.keys(properties).filter((each) => required.includes(each) || random.chance(OPTIONAL));
      const fields = names.map((each) => [each, sampleOf(properties[each] ?? {}, within, each)]);
      const others = typeof additionalProperties === 'object' && random.chance(0.5) ? [`x${random.below(5)}`] : [];
      const more = others.map((each) => [each, sampleOf(additionalProperties as Schema, within)]);
      return Object.fromEntries([...fields, ...more]);
    }
    case 'array': {
      const { items = {}, minItems = 0, maxItems = MOST_ITEMS } = schema;
      const length = Math.max(minItems, random.below(Math.min(maxItems, MOST_ITEMS) + 1));
      return Array.from({ length }, () => sampleOf(items, within, name));
    }
    case 'integer':
    case 'number':
      return numberOf(schema, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'string':
      return textOf(schema, random);
    default:
      return random.pick<unknown>(['text', 1, { a: 1 }]);
  }
}

function numberOf({ minimum = 0, maximum = 1_000_000 }: Schema, random: Random): number {
  return random.pick([minimum, maximum, minimum + random.below(maximum - minimum + 1)]);
}

function textOf({ pattern, format, minLength = 0, maxLength = 200 }: Schema, random: Random): string {
  if (format === 'date-time') return new Date(Date.UTC(2026, random.below(24), 1 + random.below(28))).toISOString();
  if (format === 'date')
    return new Date(Date.UTC(2026, random.below(12), 1 + random.below(28))).toISOString().slice(0, 10);
  if (format === 'email') return `person-${random.number}@example.com`;
  if (pattern !== undefined) return matching(pattern, random).slice(0, maxLength);
  const length = Math.max(minLength, Math.min(maxLength, random.pick([1, 7, maxLength])));
  return random.pick(['text ', 'Größe ', '値', 'x']).repeat(length).slice(0, length).trim().padEnd(minLength, 'x');
}

function matching(pattern: string, random: Random): string {
  const known = texts.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'));
  texts.set(pattern, known);
  return fc.sample(known, { seed: random.below(2 ** 31), numRuns: 1 })[0] ?? '';
}
