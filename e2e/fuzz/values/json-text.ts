/** Text that stands in a body as it is, where JSON.stringify would write something tame: `1e400`, `NaN`, a name twice. */
export class Verbatim {
  constructor(readonly text: string) {}
}

/** JSON, or what looks like it. Nests as deeply as it likes. */
export function jsonText(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
