import type { FrozenContent } from './freeze.ts';

/**
 * The content with every resource, app, process, event source and id called by a number. Names are told apart as before;
 * what they were cannot be found out from it.
 */
export function withoutNames(content: FrozenContent): FrozenContent {
  const { explanation, intervals, events } = content;
  const names = new Map<string, string>();
  const learn = (name: string | null, kind: string) => {
    if (name !== null && name !== '' && !names.has(name)) names.set(name, `${kind} ${names.size + 1}`);
  };
  for (const { resource } of explanation.resources) learn(resource, 'resource');
  for (const [kind, name] of Object.entries(explanation.charge.lineValues)) learn(name, kind);
  for (const mark of explanation.marks) learn(mark.resource, 'resource');
  for (const driver of explanation.comparison?.drivers ?? []) learn(driver.resource, 'resource');
  for (const interval of intervals) {
    learn(interval.resource, 'resource');
    for (const [kind, name] of Object.entries(interval.dimensions))
      if (kind !== 'size' && kind !== 'plan') learn(name, kind);
    learn(interval.source, 'source');
    learn(interval.eventId, 'event');
  }
  for (const event of events) {
    learn(event.resource, 'resource');
    learn(event.source, 'source');
    learn(event.id, 'event');
  }
  const called = (name: string) => names.get(name) ?? name;
  const values = (record: Record<string, string>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, called(value)]));
  // The longest first, a name may begin with another; and whole words only, a name may be a letter.
  const longest = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const named = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longest.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  const text = (words: string) => (longest.length === 0 ? words : words.replace(named, called));
  const { account, charge, marks, comparison, resources, versions } = explanation;
  return {
    ...content,
    explanation: {
      ...explanation,
      account: { ...account, id: 'account', name: 'Account' },
      // An id is made of what it is the id of: whoever guesses a name could see that it is right.
      charge: { ...charge, chargeId: 'charge', lineValues: values(charge.lineValues) },
      prices: explanation.prices.map(({ price, ...inForce }) => ({
        ...inForce,
        price: price.match === undefined ? price : { ...price, match: values(price.match) },
      })),
      sentence: text(explanation.sentence),
      versions: { ...versions, rateCard: versions.rateCard && { ...versions.rateCard, key: 'rate card' } },
      resources: resources.map((each) => ({ ...each, resource: called(each.resource) })),
      marks: marks.map((mark) => ({
        ...mark,
        text: text(mark.text),
        resource: mark.resource === null ? null : called(mark.resource),
      })),
      comparison: comparison && {
        ...comparison,
        previous: { ...comparison.previous, chargeId: 'charge before' },
        drivers: comparison.drivers.map((driver) => ({
          ...driver,
          resource: driver.resource === null ? null : called(driver.resource),
        })),
      },
    },
    intervals: intervals.map((interval) => ({
      ...interval,
      resource: called(interval.resource),
      dimensions: values(interval.dimensions),
      source: called(interval.source),
      eventId: called(interval.eventId),
    })),
    events: events.map((event) => ({
      ...event,
      resource: called(event.resource),
      source: called(event.source),
      id: called(event.id),
    })),
  };
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
