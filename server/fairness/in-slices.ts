/** So many small things take about two milliseconds. */
const AT_ONCE = 1_000;

/** As `Array.map`, letting others have the process between slices: however much one asks for, nobody waits for all of it. */
export async function mapInSlices<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    if (from > 0) await new Promise<void>((rested) => setImmediate(rested));
    for (const item of items.slice(from, from + AT_ONCE)) made.push(make(item));
  }
  return made;
}

/** As `JSON.stringify` of what an answer holds, its long lists in slices. */
export async function stringifyInSlices(body: unknown): Promise<string> {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return JSON.stringify(body);
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  if (!entries.some(([, value]) => Array.isArray(value) && value.length > AT_ONCE)) return JSON.stringify(body);
  const parts: string[] = [];
  for (const [name, value] of entries) {
    const isLong = Array.isArray(value) && value.length > AT_ONCE;
    const text = isLong
      ? `[${(await mapInSlices(value, (item) => JSON.stringify(item) ?? 'null')).join(',')}]`
      : JSON.stringify(value);
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${parts.join(',')}}`;
}
