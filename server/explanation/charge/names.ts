import { createHmac } from 'node:crypto';

/** What something is called instead: the same name of the same kind always the same, and nobody can tell of what. */
export type Naming = (kind: string, name: string) => string;

/** Dimensions that tell what a thing is, and not which. */
export const TELLS_NO_NAME: ReadonlySet<string> = new Set(['size', 'plan', 'model', 'region']);
const DIGITS = 10;

/** Values of dimensions, called by their naming; those stay that tell what a thing is. */
export function namedValues(values: Readonly<Record<string, string>>, naming: Naming): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([kind, name]) => [kind, TELLS_NO_NAME.has(kind) ? name : naming(kind, name)]),
  );
}

/** Names made with a secret: without it a guessed name cannot be seen to be right. */
export function namingWith(secret: string): Naming {
  return (kind, name) => {
    if (name === '') return '';
    const digest = createHmac('sha256', secret)
      .update(JSON.stringify([kind, name]))
      .digest('hex');
    return `${kind} ${digest.slice(0, DIGITS)}`;
  };
}

/** For what was kept, where some names were hidden before: those stay. */
export function namingAgain(naming: Naming): Naming {
  return (kind, name) => (isHidden(kind, name) ? name : naming(kind, name));
}

/** Where no secret was kept, all of a kind are called alike. */
export const namingNothing: Naming = (kind, name) => (name === '' ? '' : kind);

function isHidden(kind: string, name: string): boolean {
  return name.startsWith(`${kind} `) && /^[0-9a-f]{10}$/.test(name.slice(kind.length + 1));
}
