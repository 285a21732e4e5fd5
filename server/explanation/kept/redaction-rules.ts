/** Shown as it is. Only what has no inside can be: what has one has rules of its own. */
export const TOLD = Symbol('told');
/** Not shown; only what need not be there can be. */
export const LEFT_OUT = Symbol('left out');

type Plain = string | number | boolean | null | readonly (string | number)[];
type FieldsOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, Field> = T extends unknown ? (Field extends keyof T ? T[Field] : never) : never;
type Present<Value> = Exclude<Value, undefined>;

/** What becomes of one field: it is told, left out, or another value stands in its place. */
export type Rule<Value, Way> =
  | (Present<Value> extends Plain ? typeof TOLD : never)
  | (undefined extends Value ? typeof LEFT_OUT : never)
  | ((value: Present<Value>, way: Way) => Present<Value>);

/** A rule for every field something may have, also one that need not be there: a field without one does not compile. */
export type Rules<T, Way> = { readonly [Field in FieldsOf<T>]-?: Rule<ValueOf<T, Field>, Way> };

/** What the rules leave of it; whatever else it may hold, as what was stored long ago may, is not in the answer. */
export function redacted<T extends object, Way>(rules: Rules<T, Way>, whole: T, way: Way): T {
  const shown: [string, unknown][] = [];
  for (const [field, rule] of Object.entries<unknown>(rules)) {
    const value: unknown = Object.hasOwn(whole, field) ? whole[field as keyof T] : undefined;
    if (value === undefined || rule === LEFT_OUT) continue;
    shown.push([field, typeof rule === 'function' ? rule(value, way) : value]);
  }
  return Object.fromEntries(shown) as T;
}

/** The rules for each of a list. */
export function each<T extends object, Way>(rules: Rules<T, Way>): (list: T[], way: Way) => T[] {
  return (list, way) => list.map((one) => redacted(rules, one, way));
}

/** The rules for what may not be there. */
export function ifAny<T extends object, Way>(rules: Rules<T, Way>): (one: T | null, way: Way) => T | null {
  return (one, way) => (one === null ? null : redacted(rules, one, way));
}

/** The rules for one inside another. */
export function inside<T extends object, Way>(rules: Rules<T, Way>): (one: T, way: Way) => T {
  return (one, way) => redacted(rules, one, way);
}
