import { hostileText } from './values/hostile-values.ts';
import type { Random } from './values/random.ts';

/** Percent-encoded; half a character becomes the three bytes that are none in UTF-8. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffe')).replaceAll('%EF%BF%BE', '%ED%A0%80');
}

/** A part of a path as no link of ours has it: encoded as it should be, twice, or only as far as a client lets it through. */
export function hostileSegment(random: Random): string {
  const text = hostileText(random);
  if (random.chance(0.7)) return encoded(text).slice(0, random.chance(0.1) ? 12_000 : 3_000);
  if (random.chance(0.3)) return encoded(encoded(text)).slice(0, 3_000);
  return text.replace(/[^\x21-\x7e]/gu, '%00').slice(0, 3_000);
}

/** Name and value, as often as the list has them. */
export function queryOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')}`;
}

/** A query with one thing wrong: a name twice, renamed, in brackets, left out, or with a value nobody means. */
export function mutatedQuery(random: Random, pairs: readonly (readonly [string, string])[]): string {
  const known = pairs.length > 0 ? random.pick(pairs) : (['page', '1'] as const);
  const others = pairs.filter((pair) => pair !== known);
  const [name, value] = known;
  switch (random.weighed({ value: 6, twice: 1, brackets: 1, renamed: 1, missing: 1, extra: 1, broken: 1, many: 0.3 })) {
    case 'value':
      return queryOf([...others, [name, hostileText(random).slice(0, 3_000)]]);
    case 'twice':
      return queryOf([...pairs, [name, random.chance(0.5) ? value : hostileText(random).slice(0, 3_000)]]);
    case 'brackets':
      return queryOf([
        ...others,
        [`${name}${random.pick(['[]', '[0]', '[a]', '[__proto__]', '.x', '[[', '%00'])}`, value],
      ]);
    case 'renamed':
      return queryOf([...others, [random.pick([name.toUpperCase(), ` ${name}`, `${name}\0`, `_${name}`]), value]]);
    case 'missing':
      return queryOf(others);
    case 'extra':
      return queryOf([...pairs, [hostileText(random).slice(0, 300), hostileText(random).slice(0, 300)]]);
    case 'broken':
      return `?${random.pick(['', '&', '=', '&&==', '%', '%00', '%ff=%ff', `${name}`, `${name}=%`, '?', 'a=b;c=d', '__proto__=1'])}`;
    default:
      return queryOf(Array.from({ length: 500 }, (_, i) => [random.chance(0.5) ? name : `p${i}`, value.slice(0, 20)]));
  }
}
