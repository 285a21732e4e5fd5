import type { EventSaid } from '#server/explanation/explanation.types.ts';

/** `web` of `acme-web/web`: a resource without what it is part of. */
function shortResource(resource: string): string {
  const last = resource.slice(resource.lastIndexOf('/') + 1);
  return last === '' ? resource : last;
}

/** What an event says, without who did it: `formation web 1 → 5`. */
export function saidText({ what, change }: EventSaid, resource: string): string {
  return [what, shortResource(resource), change].filter((word) => word !== '').join(' ');
}

/** Who or what did it, and why: `ines@orbit.example, scale`; `''` where the event does not say. That an autoscaler autoscales is not said. */
export function doerText({ by, cause = '' }: EventSaid): string {
  if (by === null) return cause;
  return cause === '' || by.startsWith(cause) ? by : `${by}, ${cause}`;
}

/** `formation web 1 → 5, by ines@orbit.example, scale`. */
export function eventText(said: EventSaid, resource: string): string {
  const doer = doerText(said);
  return `${saidText(said, resource)}${doer === '' ? '' : `, by ${doer}`}`;
}
