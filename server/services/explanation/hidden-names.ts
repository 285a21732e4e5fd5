import { createHmac } from 'node:crypto';
import type { ExplainedEvent, ExplainedInterval, ExplainedResource, Explanation } from '../explanation.types.ts';

/** What something is called instead: the same name of the same kind always the same, and nobody can tell of what. */
export type Naming = (kind: string, name: string) => string;

/** Dimensions that tell what a thing is, and not which. */
export const TELLS_NO_NAME: ReadonlySet<string> = new Set(['size', 'plan', 'model', 'region']);
const DIGITS = 10;

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

/** The explanation with every resource, app, process, event source and id called by something that does not tell it. */
export function withoutNames(explanation: Explanation, naming: Naming): Explanation {
  const { account, charge, marks, comparison, resources, prices, versions } = explanation;
  const resource = (name: string | null) => (name === null ? null : naming('resource', name));
  const text = inTexts(explanation, naming);
  return {
    ...explanation,
    account: { ...account, id: 'account', name: 'Account' },
    // An id is made of what it is the id of: whoever guesses a name could see that it is right.
    charge: { ...charge, chargeId: 'charge', lineValues: valuesWithoutNames(charge.lineValues, naming) },
    prices: prices.map(({ price, ...inForce }) => ({
      ...inForce,
      price: price.match === undefined ? price : { ...price, match: valuesWithoutNames(price.match, naming) },
    })),
    versions: { ...versions, rateCard: versions.rateCard && { ...versions.rateCard, key: 'rate card' } },
    sentence: text(explanation.sentence),
    resources: resources.map((row) => resourceWithoutName(row, naming)),
    marks: marks.map(({ by, ...mark }) => ({
      ...mark,
      ...{ text: text(mark.text), resource: resource(mark.resource) },
      ...(by === undefined ? {} : { by: naming('person', by) }),
    })),
    comparison: comparison && {
      ...comparison,
      previous: { ...comparison.previous, chargeId: 'charge before' },
      drivers: comparison.drivers.map((driver) => ({
        ...driver,
        text: text(driver.text),
        resource: resource(driver.resource),
      })),
    },
  };
}

export function resourceWithoutName(row: ExplainedResource, naming: Naming): ExplainedResource {
  return { ...row, resource: naming('resource', row.resource) };
}

export function intervalWithoutNames(row: ExplainedInterval, naming: Naming): ExplainedInterval {
  return {
    ...row,
    resource: naming('resource', row.resource),
    dimensions: valuesWithoutNames(row.dimensions, naming),
    source: naming('source', row.source),
    eventId: naming('event', row.eventId),
    endedBy: row.endedBy && {
      source: naming('source', row.endedBy.source),
      id: naming('event', row.endedBy.id),
    },
  };
}

/** What an event contains says names too. */
export function eventWithoutNames(row: ExplainedEvent, naming: Naming): ExplainedEvent {
  return {
    ...row,
    resource: naming('resource', row.resource),
    source: naming('source', row.source),
    id: naming('event', row.id),
    event: null,
  };
}

function valuesWithoutNames(values: Readonly<Record<string, string>>, naming: Naming): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([kind, name]) => [kind, TELLS_NO_NAME.has(kind) ? name : naming(kind, name)]),
  );
}

/** Replaces the names of an explanation where sentences have them. */
function inTexts({ charge, resources, marks, comparison }: Explanation, naming: Naming): (words: string) => string {
  const names = new Map<string, string>();
  const learn = (kind: string, name: string | null) => {
    if (name !== null && name !== '' && !names.has(name)) names.set(name, naming(kind, name));
  };
  for (const { resource } of [...resources, ...marks, ...(comparison?.drivers ?? [])]) learn('resource', resource);
  for (const [kind, name] of Object.entries(charge.lineValues)) if (!TELLS_NO_NAME.has(kind)) learn(kind, name);
  if (names.size === 0) return (words) => words;
  // The longest first, a name may begin with another; and whole words only, a name may be a letter.
  const longest = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const named = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longest.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  return (words) => words.replace(named, (name) => names.get(name) ?? name);
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
