import { hostileText, hostileValue } from './hostile-values.ts';
import { Verbatim } from './json-text.ts';
import type { Random } from './random.ts';

/** The value with one thing in it changed: left out, renamed, twice, too much, of another type, or hostile. */
export function mutated(value: unknown, random: Random): unknown {
  // The deeper it goes, the fewer are above it: half of the time here, half below.
  if (value instanceof Verbatim) return hostileValue(random);
  if (Array.isArray(value)) return mutatedList(value, random);
  if (typeof value === 'object' && value !== null) return mutatedObject(value as Record<string, unknown>, random);
  switch (random.weighed({ hostile: 6, wrapped: 1, text: 1, missing: 1 })) {
    case 'wrapped':
      return random.chance(0.5) ? [value] : { value };
    case 'text':
      return typeof value === 'string' ? Number(value) || 0 : String(value);
    case 'missing':
      return null;
    default:
      return hostileValue(random);
  }
}

function mutatedList(list: unknown[], random: Random): unknown {
  if (list.length > 0 && random.chance(0.6)) {
    const at = random.below(list.length);
    return list.map((item, i) => (i === at ? mutated(item, random) : item));
  }
  return random.pick<() => unknown>([
    () => [],
    () => [...list, ...list],
    () => [...list, hostileValue(random)],
    () => list[0] ?? null,
    () => Array.from({ length: 1_001 }, () => list[0] ?? null),
    () => hostileValue(random),
  ])();
}

function mutatedObject(fields: Record<string, unknown>, random: Random): unknown {
  const names = Object.keys(fields);
  if (names.length === 0) return hostileValue(random);
  const name = random.pick(names);
  const { [name]: value, ...others } = fields;
  switch (random.weighed({ below: 10, missing: 2, renamed: 1, extra: 2, proto: 0.5, twice: 1, whole: 1 })) {
    case 'missing':
      return others;
    case 'renamed':
      return { ...others, [random.pick([name.toUpperCase(), `${name} `, `${name}s`, `_${name}`, ''])]: value };
    case 'extra':
      return { ...fields, [hostileText(random).slice(0, 5_000)]: hostileValue(random) };
    case 'proto':
      return new Verbatim(`{"__proto__":${JSON.stringify(fields) ?? 'null'}}`);
    case 'twice': {
      const [again] = (JSON.stringify({ [name]: value }) ?? '{}').slice(1).split(/}$/);
      return new Verbatim((JSON.stringify(fields) ?? '{}').replace('{', () => `{${again ?? ''},`));
    }
    case 'whole':
      return hostileValue(random);
    default:
      return { ...fields, [name]: mutated(value, random) };
  }
}
