/** What `make` says of a thing that never changes, worked out once for each and let go with it. */
export function onceForEach<Thing extends object, Answer>(make: (thing: Thing) => Answer): (thing: Thing) => Answer {
  const known = new WeakMap<Thing, { answer: Answer }>();
  return (thing) => {
    const there = known.get(thing);
    if (there !== undefined) return there.answer;
    const answer = make(thing);
    known.set(thing, { answer });
    return answer;
  };
}
